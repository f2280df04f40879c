using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Timeouts;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The in-memory backend with a timeout that no request reaches.</summary>
public sealed class TimedHarness : DecoratedHarness
{
    public override string Name => "memory with a timeout";

    internal override StorageBackend Decorate(StorageBackend inner) =>
        new TimeoutBackend(inner, TimeSpan.FromMinutes(1), TimeProvider.System);
}
