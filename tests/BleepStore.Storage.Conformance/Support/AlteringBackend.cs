using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>A decorator that says that it changes the bytes of objects.</summary>
internal sealed class AlteringBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    public override StorageCapabilities Capabilities => base.Capabilities with { TransformsBytes = true };

    protected override bool ForwardsPresign => true;
}
