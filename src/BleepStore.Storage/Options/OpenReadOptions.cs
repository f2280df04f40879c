namespace BleepStore.Storage;

/// <summary>How an object is read as a seekable stream, and under which conditions it is opened. Immutable and thread-safe.</summary>
public sealed record OpenReadOptions : ReadOptions
{
    /// <summary>The smallest <see cref="ReadAheadSize"/>, in bytes.</summary>
    public const int MinimumReadAheadSize = 4096;

    internal static OpenReadOptions Default { get; } = new();

    /// <summary>
    /// The maximum number of bytes of one request, which is also the memory of the stream. 4,096 bytes or more. A stream begins with 64 KiB
    /// and doubles this while it is read forward. After a seek it starts again at 64 KiB. The default is 4 MiB.
    /// </summary>
    public int ReadAheadSize { get; init; } = 4 * 1024 * 1024;
}
