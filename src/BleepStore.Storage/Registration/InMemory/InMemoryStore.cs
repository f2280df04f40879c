using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.InMemory;

/// <summary>Makes stores in memory without dependency injection.</summary>
public static class InMemoryStore
{
    /// <summary>Creates a new, empty store. Its objects disappear with it.</summary>
    /// <param name="options">The backend's options. By default there is no capacity limit.</param>
    /// <param name="storeOptions">
    /// The options of the store, such as part sizes and time limits. The default is a new <see cref="ObjectStoreOptions"/>.
    /// </param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ObjectStore Create(
        InMemoryBackendOptions? options = null,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        options ??= new InMemoryBackendOptions();
        if (InMemoryBackendOptionsValidator.Fault(options) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        return ObjectStore.Create(new InMemoryBackend(options, timeProvider), storeOptions, loggerFactory, timeProvider);
    }
}
