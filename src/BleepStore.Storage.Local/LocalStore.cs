using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Local;

/// <summary>Makes stores on the local disk without dependency injection. For Linux, and as a preview for Windows and macOS.</summary>
[UnsupportedOSPlatform("android")]
[UnsupportedOSPlatform("browser")]
[UnsupportedOSPlatform("ios")]
[UnsupportedOSPlatform("tvos")]
public static class LocalStore
{
    /// <summary>Makes a store on the local disk. No I/O happens before the first use.</summary>
    /// <param name="options">Where the objects are.</param>
    /// <param name="storeOptions">How bytes are moved. The default is a new <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. The default is nowhere.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is missing or out of its range.</exception>
    public static ObjectStore Create(
        LocalBackendOptions options,
        ObjectStoreOptions? storeOptions = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (LocalBackendOptionsValidator.Fault(options) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        return ObjectStore.Create(new LocalBackend(options), storeOptions, loggerFactory, timeProvider);
    }
}
