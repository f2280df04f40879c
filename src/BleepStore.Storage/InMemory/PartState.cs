namespace BleepStore.Storage.InMemory;

/// <summary>One uploaded part in memory. Immutable.</summary>
internal sealed record PartState(PartInfo Info, Blob Content);
