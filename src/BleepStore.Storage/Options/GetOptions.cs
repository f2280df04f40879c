namespace BleepStore.Storage;

/// <summary>Which bytes to get, and under which conditions. Immutable and thread-safe.</summary>
public sealed record GetOptions : ReadOptions
{
    /// <summary>All bytes, without a condition.</summary>
    public GetOptions()
    {
    }

    internal GetOptions(ReadOptions conditions, ByteRange? range)
        : base(conditions) => Range = range;

    internal static GetOptions Default { get; } = new();

    /// <summary>Which bytes. Default: all.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>
    /// Told how far the reader has read, at most ten times a second, and when it has read the last byte. It runs on another thread and cannot
    /// hold up the reader. Default: nobody is told.
    /// </summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
