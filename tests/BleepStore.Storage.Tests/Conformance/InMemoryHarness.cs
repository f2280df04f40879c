using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Tests.Conformance;

/// <summary>The unchanged in-memory backend. The stores of one harness share one backend.</summary>
public sealed class InMemoryHarness : ConformanceHarness
{
    private readonly ObjectStore _owner = InMemoryStore.Create();

    public override string Name => "memory";

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        StorageBackend shared = _owner.GetService<StorageBackend>()!;
        return ValueTask.FromResult(ObjectStore.Create(new UnownedBackend(shared), options, timeProvider: timeProvider));
    }

    public override async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await base.DisposeAsync();
    }
}
