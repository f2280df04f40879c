using BleepStore.Storage;
using BleepStore.Storage.Caching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Caches small objects of a store.</summary>
public static class BleepStoreCacheExtensions
{
    /// <summary>
    /// Keeps the bytes of small objects in memory. Each read still requests the properties of the object from the backend, by one small
    /// request. So it never returns old bytes (<see cref="StorageCacheOptions.MaxStaleness"/>). Concurrent readers of the same bytes wait
    /// for one request.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. The default is a new <see cref="StorageCacheOptions"/>.</param>
    /// <exception cref="InvalidOperationException">The store already has a cache.</exception>
    public static ObjectStoreBuilder WithCache(this ObjectStoreBuilder builder, Action<StorageCacheOptions>? configure = null)
    {
        OptionsBuilder<StorageCacheOptions> options = Add(builder);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Keeps the bytes of small objects, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has a cache already.</exception>
    public static ObjectStoreBuilder WithCache(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Add(builder).Bind(configuration);
        return builder.ExpectSettings<StorageCacheOptions>(configuration);
    }

    private static OptionsBuilder<StorageCacheOptions> Add(ObjectStoreBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageCacheOptions>, CacheOptionsValidator>());
        string name = builder.Name;
        return builder.Decorate<StorageCacheOptions>(nameof(WithCache), (services, inner, options) =>
            new CachingBackend(inner, name, options, services, services.GetService<TimeProvider>() ?? TimeProvider.System));
    }
}
