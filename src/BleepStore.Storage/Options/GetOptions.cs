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
}
