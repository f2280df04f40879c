using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The in-memory backend in a decorator.</summary>
public abstract class DecoratedHarness : ConformanceHarness
{
    private readonly ObjectStore _owner = InMemoryStore.Create();
    private StorageBackend? _decorated;

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
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal abstract StorageBackend Decorate(StorageBackend inner);
}
