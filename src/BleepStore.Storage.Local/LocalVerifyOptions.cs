namespace BleepStore.Storage.Local;

/// <summary>How <see cref="LocalObjectStoreExtensions.VerifyAsync"/> verifies a bucket. Immutable and thread-safe.</summary>
public sealed record LocalVerifyOptions
{
    /// <summary>
    /// Whether all objects are read, which takes as long as the disk needs for all bytes. Otherwise only objects in doubt are read: those
    /// whose file is another one than the store wrote. Default: <see langword="false"/>.
    /// </summary>
    public bool ReadAll { get; init; }

    /// <summary>
    /// Told after every object, and after every 64 MiB of a large one. It is called on the thread that reads, so a slow one slows the
    /// verification down. Default: nobody is told.
    /// </summary>
    public IProgress<LocalVerifyProgress>? Progress { get; init; }
}
