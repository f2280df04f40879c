using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Registration.Decorators;

/// <summary>
/// The backend underneath a decorator that changes bytes, with the settings of the store. By it the stored bytes are read, and resumed.
/// </summary>
internal static class StoreBeneath
{
    public static StoreContext Create(IServiceProvider services, string name, StorageBackend inner)
    {
        ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger(BleepStoreTelemetry.Name) ?? NullLogger.Instance;
        TimeProvider time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var settings = TransferSettings.From(services.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().Get(name));
        return new StoreContext(inner, settings, new Operations(name, inner, logger, time, typeof(ObjectStore)));
    }
}
