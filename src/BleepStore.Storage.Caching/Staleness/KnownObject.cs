using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Caching.Staleness;

/// <summary>The properties of an object from an earlier answer of the backend.</summary>
/// <param name="Stored">The object.</param>
/// <param name="Asked">The time of that request, as a timestamp of the clock.</param>
/// <param name="Count">The count of writes at the time of that request.</param>
internal sealed record KnownObject(StoredObject Stored, long Asked, long Count);
