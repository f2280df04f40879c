using System.Text.Json.Serialization;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend.Service;

/// <summary>A bucket of the service.</summary>
/// <param name="Name">The name.</param>
/// <param name="Created">When the bucket was created.</param>
public sealed record DepotBucket(string Name, DateTimeOffset Created)
{
    /// <summary>The objects, sorted by the UTF-8 bytes of their names.</summary>
    [JsonIgnore]
    internal SortedDictionary<string, DepotObject> Objects { get; } = new(KeyOrder.Instance);
}
