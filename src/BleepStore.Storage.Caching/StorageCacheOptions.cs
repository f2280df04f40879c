namespace BleepStore.Storage.Caching;

/// <summary>The objects that a store caches, and for how long. Validated when the application starts.</summary>
public sealed class StorageCacheOptions
{
    /// <summary>
    /// The largest object that is cached, in bytes. Larger ones are read from the backend each time. 0 bytes to 16 MiB. Default: 64 KiB.
    /// </summary>
    public int MaxObjectSize { get; set; } = 64 * 1024;

    /// <summary>
    /// About how many bytes the cache of this store holds in memory. 1 MiB to 1 TiB, and at least <see cref="MaxObjectSize"/>. Default:
    /// 64 MiB.
    /// </summary>
    public long MemoryLimit { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long the bytes of an object stay in the cache. 1 second to 30 days. Default: 10 minutes.</summary>
    public TimeSpan Expiration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How old the properties of an object can be that a read returns. More than zero leaves the contract of this library: a read can
    /// return what another process has replaced or deleted meanwhile. Writes of this store show at once in any case. Zero to 1 day.
    /// Default: zero, so each read asks the backend for the current revision.
    /// </summary>
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Whether the bytes also go to the <c>IDistributedCache</c> that is registered, where all that have access to it can read them.
    /// Default: <see langword="false"/>, so the bytes stay in the memory of this process.
    /// </summary>
    public bool UseDistributedCache { get; set; }
}
