namespace BleepStore.Storage.Caching;

/// <summary>The objects that a store caches, and for how long. Validated when the application starts.</summary>
public sealed class StorageCacheOptions
{
    /// <summary>
    /// The largest object that is cached, in bytes. Larger ones are read from the backend each time. 0 bytes to 16 MiB. The default is 64
    /// KiB.
    /// </summary>
    public int MaxObjectSize { get; set; } = 64 * 1024;

    /// <summary>
    /// About how many bytes of memory the cache of this store uses. Each cached body counts with its bytes and 768 more. 1 MiB to 1 TiB,
    /// and at least <see cref="MaxObjectSize"/>. The default is 64 MiB.
    /// </summary>
    public long MemoryLimit { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long the bytes of an object stay in the cache. 1 second to 30 days. The default is 10 minutes.</summary>
    public TimeSpan Expiration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The maximum age of the properties that a read returns. More than zero weakens the contract of this library, because a read can
    /// return an object that another process has already replaced or deleted. Writes of this store are always visible at once. Zero to 1
    /// day. The default is zero, so each read asks the backend for the current revision.
    /// </summary>
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Whether the bytes are also stored in the registered <c>IDistributedCache</c>, where everybody with access to it can read them. The
    /// default is <see langword="false"/>, so the bytes stay in the memory of this process.
    /// </summary>
    public bool UseDistributedCache { get; set; }
}
