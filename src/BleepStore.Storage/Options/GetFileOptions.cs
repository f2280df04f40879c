namespace BleepStore.Storage;

/// <summary>How to get an object into a file, and under which conditions. Immutable and thread-safe.</summary>
public sealed record GetFileOptions : ReadOptions
{
    internal static GetFileOptions Default { get; } = new();

    /// <summary>
    /// Whether a file that is there is replaced. Otherwise it is an <see cref="IOException"/>, and the file stays. Default:
    /// <see langword="true"/>.
    /// </summary>
    public bool Overwrite { get; init; } = true;

    /// <summary>
    /// Whether the bytes are hashed and compared with the ETag, where the ETag tells their hash. Other bytes are
    /// <see cref="StorageErrorCode.BadDigest"/>, and the target stays. Default: <see langword="true"/>.
    /// </summary>
    public bool Verify { get; init; } = true;

    /// <summary>
    /// Whether a download that fails, or whose process is killed, can be resumed by the next call that resumes. Two files beside the target
    /// keep what was received, <c>.bleepstore-….part</c> and <c>.bleepstore-….journal</c>. Success removes both. Bytes that are there are
    /// hashed again, not fetched again. When the object has changed, the download starts over. Each part is flushed to the disk, which
    /// takes time. Default: <see langword="false"/>. A download that fails then leaves nothing.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Told how far the download is, at most ten times a second, and when it has succeeded. It runs on another thread and cannot hold up the
    /// download. The last report can come a little after the call has returned. Default: nobody is told.
    /// </summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
