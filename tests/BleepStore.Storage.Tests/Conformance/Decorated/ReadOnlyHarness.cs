using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The reads of the suite go through the decorator, and its writes go past it.</summary>
public class ReadOnlyHarness(bool isOnDisk) : DecoratedHarness(isOnDisk)
{
    public ReadOnlyHarness()
        : this(isOnDisk: false)
    {
    }

    public override string Name => $"{Place}, read-only";

    internal override StorageBackend Decorate(StorageBackend inner) => new SplitBackend(new ReadOnlyBackend(inner), inner);
}
