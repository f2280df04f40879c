using BleepStore.Storage.Backends;
using BleepStore.Storage.Budget;

namespace BleepStore.Storage.Engine;

/// <summary>What the parts of one store share.</summary>
internal sealed record StoreContext(StorageBackend Backend, TransferSettings Settings, Operations Operations)
{
    public StorageCapabilities Capabilities => Backend.Capabilities;

    /// <summary>Bounds what transfers hold.</summary>
    public TransferGate Gate => Settings.Budget.Gate;
}
