using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>Decorators around one in-memory backend that all stores of a harness share.</summary>
public abstract class SharedMemory : ConformanceHarness
{
    private StorageBackend? _shared;

    public override ValueTask StartAsync()
    {
        _shared = Wrap(InMemoryStore.Create().GetService<StorageBackend>()!);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
        ValueTask.FromResult(DecoratedStore.Create(new UnownedBackend(_shared!), Decorate, options, timeProvider));

    public override async ValueTask DisposeAsync()
    {
        if (_shared is not null)
        {
            await _shared.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds the decorators.</summary>
    internal abstract void Decorate(ObjectStoreBuilder builder);

    /// <summary>Puts something between the decorators and the backend.</summary>
    internal virtual StorageBackend Wrap(StorageBackend backend) => backend;
}
