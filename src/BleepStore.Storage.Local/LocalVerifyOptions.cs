namespace BleepStore.Storage.Local;

/// <summary>The options of <see cref="LocalObjectStoreExtensions.VerifyAsync"/>. Immutable and thread-safe.</summary>
public sealed record LocalVerifyOptions
{
    /// <summary>
    /// Whether all objects are read, which takes as long as the disk needs for all bytes. Otherwise only objects in doubt are read. An
    /// object is in doubt if its file is not the file that the store wrote. Default: <see langword="false"/>.
    /// </summary>
    public bool ReadAll { get; init; }

    /// <summary>
    /// Receives a report after every object, and after every 64 MiB of a large object. It is called on the reading thread, so a slow
    /// receiver slows the verification down. By default no progress is reported.
    /// </summary>
    public IProgress<LocalVerifyProgress>? Progress { get; init; }
}
