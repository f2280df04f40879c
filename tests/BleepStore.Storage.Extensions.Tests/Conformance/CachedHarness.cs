using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>Each store of the harness has a cache of its own, so what one writes must show through the caches of the others.</summary>
public sealed class CachedHarness : SharedMemory
{
    public override string Name => "memory, with a cache";

    internal override void Decorate(ObjectStoreBuilder builder) => builder.WithCache();
}
