using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Concurrency;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The in-memory backend with two requests at a time.</summary>
public sealed class LimitedHarness : DecoratedHarness
{
    public override string Name => "memory with few requests at a time";

    internal override StorageBackend Decorate(StorageBackend inner) => new ConcurrencyLimitBackend(inner, 2, TimeProvider.System);
}
