namespace BleepStore.Storage;

/// <summary>How to get an object into a file, and under which conditions. Immutable and thread-safe.</summary>
public sealed record GetFileOptions : ReadOptions
{
    internal static GetFileOptions Default { get; } = new();

    /// <summary>
    /// Whether an existing file is replaced. Otherwise it is an <see cref="IOException"/>, and the file stays. The default is
    /// <see langword="true"/>.
    /// </summary>
    public bool Overwrite { get; init; } = true;

    /// <summary>
    /// Whether the bytes are hashed and compared with the ETag, where the ETag is a hash of the bytes. Different bytes fail with
    /// <see cref="StorageErrorCode.BadDigest"/>, and the target stays. The default is <see langword="true"/>.
    /// </summary>
    public bool Verify { get; init; } = true;

    /// <summary>
    /// Whether a download that fails, or whose process is killed, can be resumed by the next call that resumes. Two files beside the target
    /// keep the received bytes, <c>.bleepstore-….part</c> and <c>.bleepstore-….journal</c>. Success removes both. Received bytes are hashed
    /// again, but not downloaded again. When the object has changed, the download starts over. Each part is flushed to the disk, which
    /// takes time. The default is <see langword="false"/>. A failed download then leaves no files.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Receives the progress of the download, at most ten times a second, and when it has succeeded. It runs on another thread and cannot
    /// delay the download. The last report can arrive shortly after the call has returned. By default no progress is reported.
    /// </summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
