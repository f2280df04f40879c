using BleepStore.Storage.Backends;
using BleepStore.Storage.Caching.Bodies;
using Microsoft.Extensions.Caching.Memory;

namespace BleepStore.Storage.Caching.Staleness;

/// <summary>
/// Knows the current revision of objects. It asks the backend, or remembers its answer within the staleness that is allowed.
/// </summary>
/// <param name="inner">The backend.</param>
/// <param name="memory">Where answers are kept.</param>
/// <param name="names">Names the answers.</param>
/// <param name="allowed">How old an answer can be. Zero remembers nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class KnownObjects(StorageBackend inner, IMemoryCache memory, CacheNames names, TimeSpan allowed, TimeProvider time)
{
    /// <summary>The approximate memory of an object's properties, without metadata.</summary>
    private const int ApproximateSize = 1024;

    private readonly WriteCounts _writes = new();

    /// <summary>Returns the object, at most as old as is allowed.</summary>
    public ValueTask<StoredObject> GetAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        if (allowed == TimeSpan.Zero || request.IsForWrite)
        {
            return new ValueTask<StoredObject>(inner.HeadAsync(request, cancellationToken));
        }

        return memory.TryGetValue(names.OfKey(request.Bucket, request.Key), out KnownObject? known)
            && known!.Count == _writes.Of(request.Bucket, request.Key)
            && time.GetElapsedTime(known.Asked) <= allowed
            ? new ValueTask<StoredObject>(known.Stored)
            : new ValueTask<StoredObject>(AskAsync(request, cancellationToken));
    }

    /// <summary>Forgets an answer that has turned out to be out of date.</summary>
    public void Forget(string bucket, string key)
    {
        if (allowed > TimeSpan.Zero)
        {
            memory.Remove(names.OfKey(bucket, key));
        }
    }

    /// <summary>Notes that a write of a key begins or ends. Nothing that was learnt before, or meanwhile, is believed any more.</summary>
    public void NoteWrite(string bucket, string key) => _writes.Add(bucket, key);

    /// <summary>Notes that any key can have been written.</summary>
    public void NoteWriteOfAll() => _writes.AddToAll();

    private async Task<StoredObject> AskAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        // Both are read before the request, because a write during the request makes the answer out of date.
        long count = _writes.Of(request.Bucket, request.Key);
        long asked = time.GetTimestamp();
        StoredObject stored = await inner.HeadAsync(request, cancellationToken).ConfigureAwait(false);
        var entry = new MemoryCacheEntryOptions
        {
            AbsoluteExpirationRelativeToNow = allowed,
            Size = ApproximateSize + stored.Properties.Metadata.Sum(static item => 2L * (item.Key.Length + item.Value.Length)),
        };
        memory.Set(names.OfKey(request.Bucket, request.Key), new KnownObject(stored, asked, count), entry);
        return stored;
    }
}
