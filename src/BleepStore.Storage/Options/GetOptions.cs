namespace BleepStore.Storage;

/// <summary>The options of a get, which are the range and the conditions. Immutable and thread-safe.</summary>
public sealed record GetOptions : ReadOptions
{
    /// <summary>All bytes, without a condition.</summary>
    public GetOptions()
    {
    }

    internal GetOptions(ReadOptions conditions, ByteRange? range)
        : base(conditions) => Range = range;

    internal static GetOptions Default { get; } = new();

    /// <summary>The bytes to read. By default all bytes are read.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>
    /// Receives the progress of the reader, at most ten times a second, and when it has read the last byte. It runs on another thread and
    /// cannot delay the reader. By default no progress is reported.
    /// </summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
