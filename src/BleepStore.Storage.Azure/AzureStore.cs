using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Wire;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Creates stores on Azure Blob Storage without dependency injection. It does no I/O. <see cref="ObjectStore.CheckAsync"/> proves that the
/// account and the container can be used.
/// </summary>
public static class AzureStore
{
    /// <summary>Creates a store with a client made from options.</summary>
    /// <param name="options">
    /// Account, container and credential. <see cref="AzureBackendOptions.CredentialFactory"/> receives a provider without services.
    /// </param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is invalid, or two contradict each other.</exception>
    public static ObjectStore Create(
        AzureBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null) =>
        Create(
            options,
            GivenClient.None,
            static options => AzureClients.FromOptions(options, NoServices.Instance),
            storeOptions,
            loggerFactory,
            timeProvider);

    /// <summary>Creates a store over an account's client. The store does not dispose it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">Container, prefix and mapping, without account or credential.</param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is invalid, or contradicts the client.</exception>
    public static ObjectStore Create(
        BlobServiceClient client,
        AzureBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Create(
            options, GivenClient.Service, options => AzureClients.FromService(client, options), storeOptions, loggerFactory, timeProvider);
    }

    /// <summary>Creates a store over a container's client. The store does not dispose it.</summary>
    /// <param name="client">The client of the container that the buckets share.</param>
    /// <param name="options">The prefix, without account, container or credential. By default there is no prefix.</param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is invalid, or contradicts the client.</exception>
    public static ObjectStore Create(
        BlobContainerClient client,
        AzureBackendOptions? options = null,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Create(
            options ?? new AzureBackendOptions(),
            GivenClient.Container,
            _ => AzureClients.FromContainer(client),
            storeOptions,
            loggerFactory,
            timeProvider);
    }

    private static ObjectStore Create(
        AzureBackendOptions options,
        GivenClient given,
        Func<AzureBackendOptions, AzureClients> connect,
        ObjectStoreOptions? storeOptions,
        ILoggerFactory? loggerFactory,
        TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (AzureBackendOptionsValidator.Faults(options, given).ToList() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        return ObjectStore.Create(new AzureBackend(options, connect(options), timeProvider), storeOptions, loggerFactory, timeProvider);
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
