using Amazon.S3;
using BleepStore.Storage.Aws.Wire;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Aws;

/// <summary>
/// Makes stores on Amazon S3 and compatible servers without dependency injection. No I/O: <see cref="ObjectStore.CheckAsync"/> proves that
/// the endpoint and the bucket can be used.
/// </summary>
public static class AwsStore
{
    /// <summary>A store with a client made from options.</summary>
    /// <param name="options">Bucket, endpoint and credential.</param>
    /// <param name="storeOptions">How bytes are moved. Default: the defaults of <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. Default: nowhere.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option breaks its rule, or two contradict each other.</exception>
    /// <exception cref="InvalidOperationException">There is neither a region nor an endpoint, nor does the SDK find one; or a customer's
    /// key would go over plain http.</exception>
    public static ObjectStore Create(
        AwsBackendOptions options, ObjectStoreOptions? storeOptions =
            null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null) =>
        Create(options, hasGivenClient: false, AwsClients.FromOptions, storeOptions, loggerFactory, timeProvider);

    /// <summary>A store over a client of the application's own, which stays the caller's.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">Bucket, prefix, mapping, encryption; nothing about endpoint or credential.</param>
    /// <param name="storeOptions">How bytes are moved. Default: the defaults of <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. Default: nowhere.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option breaks its rule, or contradicts the client.</exception>
    /// <exception cref="InvalidOperationException">A customer's key would go over plain http.</exception>
    public static ObjectStore Create(
        IAmazonS3 client, AwsBackendOptions options, ObjectStoreOptions? storeOptions =
            null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Create(options, hasGivenClient: true, options => AwsClients.FromClient(client, options), storeOptions, loggerFactory, timeProvider);
    }

    private static ObjectStore Create(
        AwsBackendOptions options, bool hasGivenClient, Func<AwsBackendOptions, AwsClients> connect, ObjectStoreOptions? storeOptions, ILoggerFactory? loggerFactory, TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (AwsBackendOptionsValidator.Faults(options, hasGivenClient).ToList() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        return ObjectStore.Create(new AwsBackend(options, connect(options), timeProvider), storeOptions, loggerFactory, timeProvider);
    }
}
