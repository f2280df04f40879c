using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Conformance;

/// <summary>
/// The file layer for systems other than Linux. Durability is off, because a flush is the same call on every layer.
/// </summary>
public sealed class ManagedHarness : LocalHarness
{
    public override string Name => "local, managed layer";

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
        ValueTask.FromResult(ObjectStore.Create(ManagedBackend.Create(Root), options, loggerFactory: null, timeProvider));
}
