namespace BleepStore.Storage.NativeAot;

/// <summary>A value that is stored as JSON.</summary>
internal sealed record Settings(string Name, int Retries);
