using Amazon.S3;
using BleepStore.Storage.Aws.Wire;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Aws;

/// <summary>
/// Creates stores on Amazon S3 and compatible servers without dependency injection. It does no I/O. <see cref="ObjectStore.CheckAsync"/>
/// proves that the endpoint and the bucket can be used.
/// </summary>
public static class AwsStore
{
    /// <summary>Creates a store with a client made from options.</summary>
    /// <param name="options">Bucket, endpoint and credential.</param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is invalid, or two contradict each other.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is neither a region nor an endpoint, and the SDK finds none. Or a customer's key would be sent over plain http.
    /// </exception>
    public static ObjectStore Create(
        AwsBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null) =>
        Create(
            options,
            hasGivenClient: false,
            options => AwsClients.FromOptions(options, timeProvider),
            storeOptions,
            loggerFactory,
            timeProvider);

    /// <summary>Creates a store over the application's client. The store does not dispose it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">Bucket, prefix, mapping and encryption, without endpoint or credential.</param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is invalid, or contradicts the client.</exception>
    /// <exception cref="InvalidOperationException">A customer's key would be sent over plain http.</exception>
    public static ObjectStore Create(
        IAmazonS3 client,
        AwsBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Create(
            options, hasGivenClient: true, options => AwsClients.FromClient(client, options), storeOptions, loggerFactory, timeProvider);
    }

    private static ObjectStore Create(
        AwsBackendOptions options,
        bool hasGivenClient,
        Func<AwsBackendOptions, AwsClients> connect,
        ObjectStoreOptions? storeOptions,
        ILoggerFactory? loggerFactory,
        TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (AwsBackendOptionsValidator.Faults(options, hasGivenClient).ToList() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        return ObjectStore.Create(new AwsBackend(options, connect(options), timeProvider), storeOptions, loggerFactory, timeProvider);
    }
}
