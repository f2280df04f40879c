using BleepStore.Storage.Gcp.Wire;
using Google.Cloud.Storage.V1;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// Creates stores on Google Cloud Storage without dependency injection. It does no I/O. <see cref="ObjectStore.CheckAsync"/> proves that
/// the upstream can be used.
/// </summary>
public static class GcpStore
{
    /// <summary>Creates a store with a client made from options.</summary>
    /// <param name="options">Bucket and credential. The factories receive a provider without services.</param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is invalid, or two contradict each other.</exception>
    public static ObjectStore Create(
        GcpBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null) =>
        Create(
            options,
            hasGivenClient: false,
            static options => GcpClients.FromOptions(options, NoServices.Instance),
            storeOptions,
            loggerFactory,
            timeProvider);

    /// <summary>Creates a store over a client. The store does not dispose it.</summary>
    /// <param name="client">
    /// The client, over a <c>StorageService</c> with <c>GZipEnabled = false</c> and <c>MaxUrlLength = 0</c>. Without the first setting it
    /// decodes objects that are stored as gzip. Without the second setting it cannot read long keys.
    /// </param>
    /// <param name="options">Bucket, prefix and mapping, without address or credential.</param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is invalid, or contradicts the client.</exception>
    public static ObjectStore Create(
        StorageClient client,
        GcpBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Create(options, hasGivenClient: true, _ => GcpClients.FromClient(client), storeOptions, loggerFactory, timeProvider);
    }

    private static ObjectStore Create(
        GcpBackendOptions options,
        bool hasGivenClient,
        Func<GcpBackendOptions, GcpClients> connect,
        ObjectStoreOptions? storeOptions,
        ILoggerFactory? loggerFactory,
        TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (GcpBackendOptionsValidator.Faults(options, hasGivenClient).ToList() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        return ObjectStore.Create(new GcpBackend(options, connect(options), timeProvider), storeOptions, loggerFactory, timeProvider);
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
