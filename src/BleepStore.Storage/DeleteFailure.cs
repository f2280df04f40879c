namespace BleepStore.Storage;

/// <summary>A key that could not be deleted, and why.</summary>
/// <param name="Key">The key.</param>
/// <param name="Error">What went wrong.</param>
public sealed record DeleteFailure(string Key, StorageException Error);
