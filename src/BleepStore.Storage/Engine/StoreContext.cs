using BleepStore.Storage.Backends;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Links;

namespace BleepStore.Storage.Engine;

/// <summary>The objects that all parts of one store share.</summary>
internal sealed record StoreContext(StorageBackend Backend, TransferSettings Settings, Operations Operations)
{
    private StorageCapabilities? _withLinks;

    public StorageCapabilities Capabilities => Links is null ? Backend.Capabilities : _withLinks ??= Backend.Capabilities with
    {
        SupportsPresign = true,
        SupportsPresignHeaders = true,
        SupportsPresignPost = false,
        PresignedPartsNeedMd5 = false,
    };

    /// <summary>Signs links to the application. <see langword="null"/> where the backend signs.</summary>
    public StoreLinks? Links { get; init; }

    /// <summary>Limits the bytes that transfers hold.</summary>
    public TransferGate Gate => Settings.Budget.Gate;
}
