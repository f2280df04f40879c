using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The reads of the suite go through the decorator, and its writes go past it.</summary>
public sealed class ReadOnlyHarness : DecoratedHarness
{
    public override string Name => "memory, read-only";

    internal override StorageBackend Decorate(StorageBackend inner) => new SplitBackend(new ReadOnlyBackend(inner), inner);
}
