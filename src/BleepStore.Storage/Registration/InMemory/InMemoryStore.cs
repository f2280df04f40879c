using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.InMemory;

/// <summary>Makes stores in memory without dependency injection.</summary>
public static class InMemoryStore
{
    /// <summary>A new, empty store. What it holds goes with it.</summary>
    /// <param name="options">The backend's options. Default: no capacity limit.</param>
    /// <param name="storeOptions">How bytes are moved. Default: the defaults of <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. Default: nowhere.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ObjectStore Create(
        InMemoryBackendOptions? options = null, ObjectStoreOptions? storeOptions = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        options ??= new InMemoryBackendOptions();
        if (InMemoryBackendOptionsValidator.Fault(options) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        return ObjectStore.Create(new InMemoryBackend(options, timeProvider), storeOptions, loggerFactory, timeProvider);
    }
}
