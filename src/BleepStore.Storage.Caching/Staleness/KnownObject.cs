using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Caching.Staleness;

/// <summary>An object as the backend had it some time ago.</summary>
/// <param name="Stored">The object.</param>
/// <param name="Asked">When the backend was asked, as a timestamp of the clock.</param>
/// <param name="Count">The count of writes when the backend was asked.</param>
internal sealed record KnownObject(StoredObject Stored, long Asked, long Count);
