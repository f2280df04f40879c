using BleepStore.Storage.Gcp.Wire;
using Google.Cloud.Storage.V1;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// Makes stores on Google Cloud Storage without dependency injection. No I/O: <see cref="ObjectStore.CheckAsync"/> proves that the upstream
/// can be used.
/// </summary>
public static class GcpStore
{
    /// <summary>A store with a client made from options.</summary>
    /// <param name="options">Bucket and credential. The factories get a provider without services.</param>
    /// <param name="storeOptions">How bytes are moved. Default: the defaults of <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. Default: nowhere.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option breaks its rule, or two contradict each other.</exception>
    public static ObjectStore Create(
        GcpBackendOptions options, ObjectStoreOptions? storeOptions = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null) =>
        Create(options, hasGivenClient: false, static options => GcpClients.FromOptions(options, NoServices.Instance), storeOptions, loggerFactory, timeProvider);

    /// <summary>A store over a client, which stays the caller's.</summary>
    /// <param name="client">
    /// The client, over a <c>StorageService</c> with <c>GZipEnabled = false</c> and <c>MaxUrlLength = 0</c>. Without the first it decodes
    /// what is stored as gzip. Without the second it cannot read long keys.
    /// </param>
    /// <param name="options">Bucket, prefix and mapping; nothing about address or credential.</param>
    /// <param name="storeOptions">How bytes are moved. Default: the defaults of <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. Default: nowhere.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option breaks its rule, or contradicts the client.</exception>
    public static ObjectStore Create(
        StorageClient client, GcpBackendOptions options, ObjectStoreOptions? storeOptions = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Create(options, hasGivenClient: true, _ => GcpClients.FromClient(client), storeOptions, loggerFactory, timeProvider);
    }

    private static ObjectStore Create(
        GcpBackendOptions options, bool hasGivenClient, Func<GcpBackendOptions, GcpClients> connect, ObjectStoreOptions? storeOptions, ILoggerFactory? loggerFactory, TimeProvider? timeProvider)
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
