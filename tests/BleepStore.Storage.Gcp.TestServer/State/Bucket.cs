namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>A bucket, its live objects and their noncurrent versions. Guarded by <see cref="Project.Lock"/>.</summary>
internal sealed class Bucket(string name, string projectId, string storageClass, bool hasHierarchy, DateTimeOffset created)
{
    public string Name { get; } = name;

    public string ProjectId { get; } = projectId;

    public string StorageClass { get; } = storageClass;

    /// <summary>Whether it has a hierarchical namespace ("Hierarchical namespace"). Only said, not modelled.</summary>
    public bool HasHierarchy { get; } = hasHierarchy;

    public DateTimeOffset Created { get; } = created;

    /// <summary>Whether it keeps what is replaced or deleted ("Object Versioning").</summary>
    public bool IsVersioned { get; init; }

    /// <summary>Whether a request must name the project that pays for it ("Requester Pays").</summary>
    public bool IsRequesterPays { get; init; }

    /// <summary>The key of what is written without one ("Customer-managed encryption keys": default key of a bucket).</summary>
    public string? DefaultKmsKeyName { get; init; }

    public SortedDictionary<string, StoredObject> Objects { get; } = new(NameOrder.Instance);

    /// <summary>The noncurrent versions of each name, the oldest first.</summary>
    public SortedDictionary<string, List<StoredObject>> Noncurrent { get; } = new(NameOrder.Instance);

    /// <summary>All versions, by name and generation.</summary>
    public IEnumerable<(string Name, StoredObject Stored, bool IsLive)> Versions => Objects.Keys
        .Union(Noncurrent.Keys)
        .Order(NameOrder.Instance)
        .SelectMany(name => Noncurrent.GetValueOrDefault(name, [])
            .Select(stored => (name, stored, false))
            .Concat(Objects.TryGetValue(name, out StoredObject? live) ? [(name, live, true)] : []));

    public bool IsEmpty => Objects.Count == 0 && Noncurrent.Count == 0;

    /// <summary>Takes the live object away; a versioned bucket keeps it as a noncurrent version.</summary>
    public void Retire(string name)
    {
        if (!Objects.Remove(name, out StoredObject? live) || !IsVersioned)
        {
            return;
        }

        if (!Noncurrent.TryGetValue(name, out List<StoredObject>? versions))
        {
            Noncurrent.Add(name, versions = []);
        }

        versions.Add(live);
    }

    /// <summary>Deletes one version for good, live or not ("Deleting objects": a request that names the generation).</summary>
    public void Remove(StoredObject version)
    {
        if (Objects.GetValueOrDefault(version.Name)?.Generation == version.Generation)
        {
            Objects.Remove(version.Name);
        }
        else if (Noncurrent.TryGetValue(version.Name, out List<StoredObject>? versions))
        {
            versions.RemoveAll(found => found.Generation == version.Generation);
            if (versions.Count == 0)
            {
                Noncurrent.Remove(version.Name);
            }
        }
    }
}
