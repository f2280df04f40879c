namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>A bucket and its live objects. Guarded by <see cref="Project.Lock"/>.</summary>
internal sealed class Bucket(string name, string projectId, string storageClass, bool hasHierarchy, DateTimeOffset created)
{
    public string Name { get; } = name;

    public string ProjectId { get; } = projectId;

    public string StorageClass { get; } = storageClass;

    /// <summary>Whether it has a hierarchical namespace ("Hierarchical namespace"). Only said, not modelled.</summary>
    public bool HasHierarchy { get; } = hasHierarchy;

    public DateTimeOffset Created { get; } = created;

    public SortedDictionary<string, StoredObject> Objects { get; } = new(NameOrder.Instance);
}
