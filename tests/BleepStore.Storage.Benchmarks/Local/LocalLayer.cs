using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Local;
using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.Managed;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>
/// The file layer of a store. The managed layers are the code for Windows and macOS, run with system calls of Linux. Each layer has its own
/// root.
/// </summary>
internal sealed class LocalLayer
{
    private readonly bool? _hasAttributes;

    private LocalLayer(string folder, bool? hasAttributes)
    {
        Folder = folder;
        _hasAttributes = hasAttributes;
    }

    /// <summary>The layer that stores use on Linux.</summary>
    public static LocalLayer Native { get; } = new("store", hasAttributes: null);

    /// <summary>The managed layer with records in attributes, as on macOS.</summary>
    public static LocalLayer ManagedAttributes { get; } = new("managed-attributes", hasAttributes: true);

    /// <summary>The managed layer with records in files, as on Windows.</summary>
    public static LocalLayer ManagedFiles { get; } = new("managed-files", hasAttributes: false);

    /// <summary>The name of the root's folder.</summary>
    public string Folder { get; }

    /// <summary>Opens a store with defaults.</summary>
    public ObjectStore Open(BenchmarkContext context, Durability durability = Durability.Full)
    {
        var options = new LocalBackendOptions { RootPath = Path.Combine(context.Folder, Folder), Durability = durability };
        return _hasAttributes is { } hasAttributes
            ? ObjectStore.Create(new LocalBackend(options) { Layer = new ManagedLayer(new LinuxHost(hasAttributes)) })
            : LocalStore.Create(options);
    }

    /// <summary>Makes a store and its bucket.</summary>
    public async Task<ObjectStore> CreateAsync(BenchmarkContext context, Durability durability, CancellationToken cancellationToken)
    {
        ObjectStore store = Open(context, durability);
        await store.CreateBucketAsync(LargeObjects.BucketName, cancellationToken: cancellationToken);
        return store;
    }
}
