using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Caching.Bodies;

/// <summary>
/// The caches of one store. Each store has its own caches, because a memory limit applies to a whole <see cref="IMemoryCache"/>, and the
/// application uses its registered one for other data.
/// </summary>
internal sealed class CacheServices : IAsyncDisposable, IDisposable
{
    /// <summary>The size of an entry's flags, and of HybridCache's own data.</summary>
    private const int Overhead = 1024;

    private readonly ServiceProvider _services;
    private readonly MemoryCache _memory;

    /// <summary>Makes the caches.</summary>
    /// <param name="options">The options of the store.</param>
    /// <param name="application">The services of the application.</param>
    public CacheServices(StorageCacheOptions options, IServiceProvider application)
    {
        _memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = options.MemoryLimit });
        var services = new ServiceCollection();
        services.AddSingleton<IMemoryCache>(new WeighedMemoryCache(_memory));
        services.AddHybridCache(hybrid => hybrid.MaximumPayloadBytes = options.MaxObjectSize + Overhead);
        services.AddSingleton<IHybridCacheSerializer<CachedBody>, CachedBodySerializer>();
        if (application.GetService<ILoggerFactory>() is { } loggers)
        {
            services.AddSingleton(loggers);
        }

        if (options.UseDistributedCache)
        {
            services.AddSingleton(application.GetService<IDistributedCache>() ?? throw new InvalidOperationException(
                $"{nameof(options.UseDistributedCache)} of WithCache is set, but no {nameof(IDistributedCache)} is registered. "
                + "Register one, such as Redis."));
        }

        _services = services.BuildServiceProvider();
        Bodies = _services.GetRequiredService<HybridCache>();
    }

    /// <summary>The bytes of objects.</summary>
    public HybridCache Bodies { get; }

    /// <summary>The properties that are known of keys. They count against the same limit.</summary>
    public IMemoryCache Memory => _memory;

    public void Dispose()
    {
        _services.Dispose();
        _memory.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync().ConfigureAwait(false);
        _memory.Dispose();
    }
}
