using BleepStore.Storage;
using BleepStore.Storage.Gcp;
using BleepStore.Storage.Gcp.Wire;
using Google.Cloud.Storage.V1;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's objects in Google Cloud Storage.</summary>
public static class BleepStoreGcpExtensions
{
    /// <summary>Keeps the store's objects in Google Cloud Storage.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. They are checked when the application starts.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseGcp(this ObjectStoreBuilder builder, Action<GcpBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        UseBackend(builder, hasGivenClient: false, static (services, options) => GcpClients.FromOptions(options, services))
            .Configure(configure);
        return builder;
    }

    /// <summary>Keeps the store's objects in Google Cloud Storage, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseGcp(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        UseBackend(builder, hasGivenClient: false, static (services, options) => GcpClients.FromOptions(options, services))
            .Bind(configuration);
        return builder.ExpectSettings<GcpBackendOptions>(configuration);
    }

    /// <summary>Stores objects in Google Cloud Storage, through a client from the application.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="client">
    /// Returns the client, which is not disposed. It is called once. Create it over a <c>StorageService</c> with <c>GZipEnabled = false</c>
    /// and <c>MaxUrlLength = 0</c>. Without the first setting it decodes objects that are stored as gzip. Without the second setting it
    /// cannot read long keys.
    /// </param>
    /// <param name="configure">Sets bucket, prefix and mapping, without address or credential.</param>
    /// <exception cref="InvalidOperationException">The store already has a backend.</exception>
    public static ObjectStoreBuilder UseGcp(
        this ObjectStoreBuilder builder, Func<IServiceProvider, StorageClient> client, Action<GcpBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configure);
        UseBackend(builder, hasGivenClient: true, (services, _) => GcpClients.FromClient(client(services))).Configure(configure);
        return builder;
    }

    /// <summary>Offers this backend to <see cref="ObjectStoreBuilder.UseConfiguration"/>, under the name <c>gcp</c>.</summary>
    /// <param name="choices">The backends offered.</param>
    public static BackendChoices Gcp(this BackendChoices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices.Add<GcpBackendOptions>("gcp", static (builder, section) => builder.UseGcp(section));
    }

    private static OptionsBuilder<GcpBackendOptions> UseBackend(
        ObjectStoreBuilder builder, bool hasGivenClient, Func<IServiceProvider, GcpBackendOptions, GcpClients> connect)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OptionsBuilder<GcpBackendOptions> options = builder.UseBackend<GcpBackendOptions>(
            (services, options) => new GcpBackend(options, connect(services, options), services.GetService<TimeProvider>()));
        builder.Services.AddSingleton<IValidateOptions<GcpBackendOptions>>(new GcpBackendOptionsValidator(builder.Name, hasGivenClient));
        return options;
    }
}
