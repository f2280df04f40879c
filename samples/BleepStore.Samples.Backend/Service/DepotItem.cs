namespace BleepStore.Samples.Backend.Service;

/// <summary>An object in a listing.</summary>
/// <param name="Name">The name in the bucket.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="Version">The ETag of the service.</param>
/// <param name="Modified">When the object was written.</param>
/// <param name="Headers">The headers of the object.</param>
public sealed record DepotItem(
    string Name, long Size, string Version, DateTimeOffset Modified, IReadOnlyDictionary<string, string> Headers);
