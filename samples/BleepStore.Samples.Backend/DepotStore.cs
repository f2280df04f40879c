using BleepStore.Storage;
using Microsoft.Extensions.Logging;

namespace BleepStore.Samples.Backend;

/// <summary>Makes stores in the Depot service without dependency injection.</summary>
public static class DepotStore
{
    /// <summary>Makes a store.</summary>
    /// <param name="options">The address of the service.</param>
    /// <param name="storeOptions">How bytes are moved. The default is a new <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <param name="handler">Sends the requests. It stays the caller's. The default is the handler of .NET.</param>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public static ObjectStore Create(
        DepotBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        HttpMessageHandler? handler = null) =>
        DepotBackendOptionsValidator.Fault(options) is { } fault
            ? throw new ArgumentException(fault, nameof(options))
            : ObjectStore.Create(new DepotBackend(options, handler, timeProvider), storeOptions, loggerFactory, timeProvider);
}
