namespace BleepStore.Storage;

/// <summary>How several ranges of one object are read, and under which conditions. Immutable and thread-safe.</summary>
public sealed record GetRangesOptions : ReadOptions
{
    internal static GetRangesOptions Default { get; } = new();

    /// <summary>
    /// Two ranges with at most this many bytes between them are read with one request. 0 or more bytes. The bytes between them are also
    /// read and held in memory. The default is 256 KiB, which takes about as long as a request.
    /// </summary>
    public long MaxGap { get; init; } = 256 * 1024;

    /// <summary>
    /// The maximum size of a request that joins ranges. 1 byte or more. A single larger range is still read with one request. The default
    /// is 16 MiB.
    /// </summary>
    public long MaxRequestSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many requests run in parallel. 1 or more. The default is 4.</summary>
    public int MaxConcurrency { get; init; } = 4;
}
