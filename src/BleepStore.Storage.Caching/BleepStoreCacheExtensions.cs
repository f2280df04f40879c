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
    /// Keeps the bytes of small objects in memory. Each read still asks the backend for the properties of the object, by one small request,
    /// so it never returns old bytes (<see cref="StorageCacheOptions.MaxStaleness"/>). Readers that want the same bytes at a time wait for
    /// one request.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. Default: the defaults of <see cref="StorageCacheOptions"/>.</param>
    /// <exception cref="InvalidOperationException">The store has a cache already.</exception>
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
