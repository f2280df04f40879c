using BleepStore.Storage;
using BleepStore.Storage.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the in-memory backend, which is for tests and is the reference of all backends.</summary>
public static class BleepStoreInMemoryExtensions
{
    /// <summary>Keeps the store's objects in memory.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. By default there is no capacity limit.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseInMemory(this ObjectStoreBuilder builder, Action<InMemoryBackendOptions>? configure = null)
    {
        OptionsBuilder<InMemoryBackendOptions> options = UseBackend(builder);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Keeps the store's objects in memory, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseInMemory(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        UseBackend(builder).Bind(configuration);
        return builder.ExpectSettings<InMemoryBackendOptions>(configuration);
    }

    /// <summary>
    /// Offers the in-memory backend to <see cref="ObjectStoreBuilder.UseConfiguration"/>, under the name <c>inmemory</c>. <c>memory</c>,
    /// the name of the provider, means the same.
    /// </summary>
    /// <param name="choices">The backends offered.</param>
    public static BackendChoices InMemory(this BackendChoices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices
            .Add<InMemoryBackendOptions>("inmemory", static (builder, section) => builder.UseInMemory(section))
            .Alias("memory", "inmemory");
    }

    private static OptionsBuilder<InMemoryBackendOptions> UseBackend(ObjectStoreBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<InMemoryBackendOptions>, InMemoryBackendOptionsValidator>());
        return builder.UseBackend<InMemoryBackendOptions>(
            static (services, options) => new InMemoryBackend(options, services.GetService<TimeProvider>()));
    }
}
