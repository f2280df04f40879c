using BleepStore.Samples.Backend;
using BleepStore.Samples.Backend.Service;
using BleepStore.Storage;
using BleepStore.Storage.Conformance;

namespace BleepStore.Samples.Tests.Backend;

/// <summary>How the suite reaches the Depot backend. Every fixture has a service of its own.</summary>
public sealed class DepotHarness : ConformanceHarness
{
    private readonly DepotService _service = new();

    public override string Name => "depot";

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        var backend = new DepotBackendOptions { ServiceUrl = new Uri("http://depot.example/") };
        return ValueTask.FromResult(DepotStore.Create(backend, options, timeProvider: timeProvider, handler: _service));
    }
}
