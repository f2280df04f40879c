using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The in-memory backend or a disk in a decorator.</summary>
public abstract class DecoratedHarness : ConformanceHarness
{
    private readonly TemporaryFolder? _folder;
    private readonly ObjectStore _owner;
    private StorageBackend? _decorated;

    /// <param name="isOnDisk">Whether the decorator is around Local.</param>
    protected DecoratedHarness(bool isOnDisk = false)
    {
        _folder = isOnDisk ? new TemporaryFolder() : null;
        _owner = _folder is null ? InMemoryStore.Create() : LocalStore.Create(new LocalBackendOptions { RootPath = _folder.PathOf("root") });
        Place = isOnDisk ? "local" : "memory";
    }

    /// <summary>The first word of the harness's name.</summary>
    protected string Place { get; }

    public override ValueTask StartAsync()
    {
        _decorated = Decorate(new UnownedBackend(_owner.GetService<StorageBackend>()!));
        return ValueTask.CompletedTask;
    }

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
        ValueTask.FromResult(ObjectStore.Create(new UnownedBackend(_decorated!), options, timeProvider: timeProvider));

    public override async ValueTask DisposeAsync()
    {
        await _decorated!.DisposeAsync();
        await _owner.DisposeAsync();
        _folder?.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal abstract StorageBackend Decorate(StorageBackend inner);
}
