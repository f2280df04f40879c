using System.Collections.Concurrent;

namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>All that the server holds. Every change is made under one lock, which is what makes conditions atomic.</summary>
internal sealed class Project(TimeProvider time)
{
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private long _generation;

    public Lock Lock { get; } = new();

    public TimeProvider Time { get; } = time;

    public ConcurrentDictionary<string, UploadSession> Uploads { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, RewriteProgress> Rewrites { get; } = new(StringComparer.Ordinal);

    public IEnumerable<Bucket> Buckets => _buckets.Values.OrderBy(static bucket => bucket.Name, NameOrder.Instance);

    public Bucket? FindBucket(string name) => _buckets.GetValueOrDefault(name);

    public Bucket RequireBucket(string name) => FindBucket(name) ?? throw GcsError.NoSuchBucket();

    public void Add(Bucket bucket) => _buckets.Add(bucket.Name, bucket);

    public void Remove(Bucket bucket) => _buckets.Remove(bucket.Name);

    /// <summary>The live object; with a generation, that version, live or not.</summary>
    public StoredObject RequireObject(string bucket, string name, long? generation)
    {
        Bucket within = RequireBucket(bucket);
        StoredObject? found = within.Objects.GetValueOrDefault(name);
        if (generation is not null && generation != found?.Generation)
        {
            found = within.Noncurrent.GetValueOrDefault(name, []).Find(version => version.Generation == generation);
        }

        return found ?? throw GcsError.NoSuchObject(bucket, name);
    }

    /// <summary>
    /// Generations are numbers that grow with every write ("Object Versioning"); the service takes them from its clock, in microseconds.
    /// </summary>
    public long NextGeneration() => _generation = Math.Max(_generation + 1, Time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);

    /// <summary>Makes an object the live one.</summary>
    public StoredObject Put(
        string bucket, string name, Content content, ObjectSettings settings, int? componentCount = null, string? kmsKeyName = null)
    {
        Bucket into = RequireBucket(bucket);
        DateTimeOffset now = Time.GetUtcNow();
        var made = new StoredObject
        {
            Bucket = bucket,
            Name = name,
            Generation = NextGeneration(),
            Created = now,
            Updated = now,
            Content = content,
            Settings = settings with { StorageClass = settings.StorageClass ?? into.StorageClass },
            ComponentCount = componentCount,
            KmsKeyName = kmsKeyName ?? into.DefaultKmsKeyName,
        };
        into.Retire(name);
        into.Objects[name] = made;
        return made;
    }
}
