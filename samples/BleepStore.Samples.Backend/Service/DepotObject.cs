namespace BleepStore.Samples.Backend.Service;

/// <summary>An object as the service keeps it.</summary>
/// <param name="Name">The name in the bucket.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Version">The ETag of the service. It is new at every write.</param>
/// <param name="Modified">When the object was written, to the second.</param>
/// <param name="Headers">The headers that the writer sent, as far as their names begin with <c>Depot-Keep-</c>.</param>
public sealed record DepotObject(
    string Name, byte[] Bytes, string Version, DateTimeOffset Modified, IReadOnlyDictionary<string, string> Headers);
