using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine.Budget;

namespace BleepStore.Storage.Engine;

/// <summary>What the parts of one store share.</summary>
internal sealed record StoreContext(StorageBackend Backend, TransferSettings Settings, Operations Operations)
{
    public StorageCapabilities Capabilities => Backend.Capabilities;

    /// <summary>Bounds what the transfers of the store hold.</summary>
    public TransferGate Gate { get; } = new(Operations.Time);
}
