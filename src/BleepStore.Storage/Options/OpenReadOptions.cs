namespace BleepStore.Storage;

/// <summary>
/// How an object is read as a seekable stream, and under which conditions it is opened. Immutable and thread-safe.
/// </summary>
public sealed record OpenReadOptions : ReadOptions
{
    /// <summary>The smallest <see cref="ReadAheadSize"/>, in bytes.</summary>
    public const int MinimumReadAheadSize = 4096;

    internal static OpenReadOptions Default { get; } = new();

    /// <summary>
    /// How many bytes one request reads at most, which is also what the stream holds in memory. 4,096 bytes or more. A stream begins with
    /// 64 KiB, doubles that while it is read forward, and begins anew after a seek. Default: 4 MiB.
    /// </summary>
    public int ReadAheadSize { get; init; } = 4 * 1024 * 1024;
}
