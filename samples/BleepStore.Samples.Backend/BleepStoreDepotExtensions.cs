using BleepStore.Samples.Backend;
using BleepStore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the objects of a store in the Depot service.</summary>
public static class BleepStoreDepotExtensions
{
    /// <summary>Keeps the objects of the store in the Depot service.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="handler">Makes what sends the requests. It stays the application's. The default is the handler of .NET.</param>
    public static ObjectStoreBuilder UseDepot(
        this ObjectStoreBuilder builder, Action<DepotBackendOptions> configure, Func<IServiceProvider, HttpMessageHandler>? handler = null)
    {
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<DepotBackendOptions>, DepotBackendOptionsValidator>());
        builder
            .UseBackend<DepotBackendOptions>((services, options) =>
                new DepotBackend(options, handler?.Invoke(services), services.GetService<TimeProvider>()))
            .Configure(configure);
        return builder;
    }

    /// <summary>Offers the Depot service to <see cref="ObjectStoreBuilder.UseConfiguration"/>, under the name <c>depot</c>.</summary>
    /// <param name="choices">The backends that are offered.</param>
    public static BackendChoices Depot(this BackendChoices choices) =>
        choices.Add<DepotBackendOptions>("depot", static (builder, section) => builder.UseDepot(section.Bind));
}
