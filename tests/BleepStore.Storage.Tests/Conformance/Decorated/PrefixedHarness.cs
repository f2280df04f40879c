using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Prefix;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The in-memory backend under a prefix.</summary>
public sealed class PrefixedHarness : DecoratedHarness
{
    public override string Name => "memory under a prefix";

    internal override StorageBackend Decorate(StorageBackend inner) => new PrefixBackend(inner, "tenants/zoë 100%/");
}
