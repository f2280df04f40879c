using Azure.Storage.Blobs;
using BleepStore.Storage;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Azure.Wire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's objects in Azure Blob Storage.</summary>
public static class BleepStoreAzureExtensions
{
    /// <summary>Keeps the store's objects in Azure Blob Storage.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. They are checked when the application starts.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseAzure(this ObjectStoreBuilder builder, Action<AzureBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        UseBackend(builder, GivenClient.None, static (services, options) => AzureClients.FromOptions(options, services))
            .Configure(configure);
        return builder;
    }

    /// <summary>Keeps the store's objects in Azure Blob Storage, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseAzure(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        UseBackend(builder, GivenClient.None, static (services, options) => AzureClients.FromOptions(options, services))
            .Bind(configuration);
        return builder.ExpectSettings<AzureBackendOptions>(configuration);
    }

    /// <summary>Stores objects in Azure Blob Storage, through an account's client from the application.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="client">Returns the client, which is not disposed. It is called once.</param>
    /// <param name="configure">Sets container, prefix and mapping, without account or credential.</param>
    /// <exception cref="InvalidOperationException">The store already has a backend.</exception>
    public static ObjectStoreBuilder UseAzure(
        this ObjectStoreBuilder builder, Func<IServiceProvider, BlobServiceClient> client, Action<AzureBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configure);
        UseBackend(builder, GivenClient.Service, (services, options) => AzureClients.FromService(client(services), options))
            .Configure(configure);
        return builder;
    }

    /// <summary>Stores objects in Azure Blob Storage, through the application's client for the container that the buckets share.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="client">Returns the client, which is not disposed. It is called once.</param>
    /// <param name="configure">Sets the prefix, without account, container or credential. By default there is no prefix.</param>
    /// <exception cref="InvalidOperationException">The store already has a backend.</exception>
    public static ObjectStoreBuilder UseAzure(
        this ObjectStoreBuilder builder, Func<IServiceProvider, BlobContainerClient> client, Action<AzureBackendOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        OptionsBuilder<AzureBackendOptions> options = UseBackend(
            builder, GivenClient.Container, (services, _) => AzureClients.FromContainer(client(services)));
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Offers this backend to <see cref="ObjectStoreBuilder.UseConfiguration"/>, under the name <c>azure</c>.</summary>
    /// <param name="choices">The backends offered.</param>
    public static BackendChoices Azure(this BackendChoices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices.Add<AzureBackendOptions>("azure", static (builder, section) => builder.UseAzure(section));
    }

    private static OptionsBuilder<AzureBackendOptions> UseBackend(
        ObjectStoreBuilder builder, GivenClient given, Func<IServiceProvider, AzureBackendOptions, AzureClients> connect)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OptionsBuilder<AzureBackendOptions> options = builder.UseBackend<AzureBackendOptions>(
            (services, options) => new AzureBackend(options, connect(services, options), services.GetService<TimeProvider>()));
        builder.Services.AddSingleton<IValidateOptions<AzureBackendOptions>>(new AzureBackendOptionsValidator(builder.Name, given));
        return options;
    }
}
