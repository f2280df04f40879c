using System.Globalization;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.InMemory;

/// <summary>
/// The reference implementation of a backend in the simplest form. It has one lock, which is held only while state is read or changed,
/// never while bytes are moved.
/// </summary>
internal sealed partial class InMemoryBackend(InMemoryBackendOptions options, TimeProvider? timeProvider) : StorageBackend
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, BucketState> _buckets = new(StringComparer.Ordinal);
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly long? _capacity = options.Capacity;
    private long _used;
    private long _revision;

    public override string Provider => "memory";

    public override StorageCapabilities Capabilities { get; } = new() { StreamsPuts = true, ComparesETags = true };

    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

    internal static StorageException Full(long wanted, long capacity) => new(
        StorageErrorCode.InsufficientStorage,
        $"The store would hold {wanted} bytes, but its capacity is {capacity}. Delete objects or raise " +
        $"{nameof(InMemoryBackendOptions.Capacity)}.");

    private BucketState Find(string bucket) => _buckets.TryGetValue(bucket, out BucketState? state)
        ? state
        : throw new StorageException(StorageErrorCode.NoSuchBucket, $"The bucket '{bucket}' does not exist. Create it first.");

    private ObjectState Find(string bucket, string key) => Find(bucket).Objects.TryGetValue(key, out ObjectState? state)
        ? state
        : throw new StorageException(StorageErrorCode.NoSuchKey, "The object does not exist.");

    private void RequireBucket(string bucket)
    {
        lock (_lock)
        {
            Find(bucket);
        }
    }

    /// <summary>Takes room, or changes nothing.</summary>
    private void Reserve(long more)
    {
        if (_used + more > _capacity && more > 0)
        {
            throw Full(_used + more, _capacity.Value);
        }

        _used += more;
    }

    private string NextRevision() => (++_revision).ToString(CultureInfo.InvariantCulture);

    private async Task<Blob> ReceiveAsync(StorageBody body, CancellationToken cancellationToken)
    {
        var writer = new BlobWriter(_capacity);
        Stream content = body.Open();
        await using (content.ConfigureAwait(false))
        {
            await content.CopyToAsync(writer, cancellationToken).ConfigureAwait(false);
        }

        return writer.ToBlob();
    }

    /// <summary>Stores an object. The caller holds the lock and has tested the condition.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="etag">Their ETag.</param>
    /// <param name="attributes">The attributes.</param>
    /// <param name="token">The write token.</param>
    /// <param name="freed">How many bytes become free in addition to the replaced object.</param>
    private ObjectProperties Store(
        BucketState bucket, string key, Blob content, string etag, ObjectAttributes attributes, string? token, long freed = 0)
    {
        Reserve(content.Length - freed - (bucket.Objects.TryGetValue(key, out ObjectState? old) ? old.Content.Length : 0));
        var properties = new ObjectProperties(attributes)
        {
            Key = key,
            Size = content.Length,
            ETag = etag,
            Revision = NextRevision(),
            LastModified = _time.GetUtcNow(),
        };
        bucket.Objects[key] = new ObjectState(properties, content, token);
        bucket.Keys.Add(key);
        return Show(properties);
    }

    /// <summary>Returns a copy for the caller, because a change to a returned dictionary must not change the object.</summary>
    private static ObjectProperties Show(ObjectProperties properties) => properties with
    {
        Metadata = new Dictionary<string, string>(properties.Metadata, StringComparer.OrdinalIgnoreCase),
    };
}
