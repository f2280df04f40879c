namespace BleepStore.Storage.InMemory;

/// <summary>One object in memory. Immutable.</summary>
internal sealed record ObjectState(ObjectProperties Properties, Blob Content, string? WriteToken);
