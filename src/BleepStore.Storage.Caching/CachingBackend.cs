using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Caching.Bodies;
using BleepStore.Storage.Caching.Staleness;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;

namespace BleepStore.Storage.Caching;

/// <summary>
/// Keeps the bytes of small objects, each under the revision that they belong to. A read first asks the backend for the properties, which
/// name the current revision, so it never returns old bytes. Entries are never out of date, and need not be removed.
/// </summary>
internal sealed class CachingBackend : DelegatingBackend
{
    /// <summary>How often a read follows an object that is replaced between its two requests. Then it leaves the cache alone.</summary>
    private const int MaximumMoves = 3;

    /// <summary>How long a key is remembered to have a large object, which is then read by one request.</summary>
    private static readonly TimeSpan LargeFor = TimeSpan.FromMinutes(5);

    private const int MarkSize = 256;

    private readonly StorageCacheOptions _options;
    private readonly CacheServices _caches;
    private readonly CacheNames _names;
    private readonly KnownObjects _known;
    private readonly TimeProvider _time;
    private readonly HybridCacheEntryOptions _entry;

    public CachingBackend(StorageBackend inner, string store, StorageCacheOptions options, IServiceProvider application, TimeProvider time)
        : base(inner)
    {
        _options = options;
        _time = time;
        _caches = new CacheServices(options, application);
        _names = new CacheNames(store, inner.Provider);
        _known = new KnownObjects(inner, _caches.Memory, _names, options.MaxStaleness, time);
        _entry = new HybridCacheEntryOptions
        {
            Expiration = options.Expiration,
            LocalCacheExpiration = options.Expiration,
            Flags = options.UseDistributedCache ? HybridCacheEntryFlags.None : HybridCacheEntryFlags.DisableDistributedCache,
        };
    }

    protected override bool ForwardsPresign => true;

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        request.Conditions.IsNone && request.IfRevision is null && !IsKnownToBeLarge(request)
            ? GetCachedAsync(request, cancellationToken)
            : Inner.GetAsync(request, cancellationToken);

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        _known.GetAsync(request, cancellationToken).AsTask();

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        using var write = new Write(_known, request.Bucket, request.Key);
        return await Inner.PutAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        using var write = new Write(_known, request.Bucket, request.Key);
        await Inner.DeleteAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        NoteAll(request);
        try
        {
            return await Inner.DeleteManyAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            NoteAll(request);
        }
    }

    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        using var write = new Write(_known, request.Bucket, request.Key);
        return await Inner.CopyAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        using var write = new Write(_known, request.Bucket, request.Key);
        return await Inner.CompleteUploadAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        new NotedWrite(await Inner.BeginPartsAsync(request, cancellationToken).ConfigureAwait(false), _known, request);

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        _known.NoteWriteOfAll();
        try
        {
            await Inner.DeleteBucketAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _known.NoteWriteOfAll();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await _caches.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _caches.Dispose();
        }
    }

    private async ValueTask<GetResult> GetCachedAsync(GetRequest request, CancellationToken cancellationToken)
    {
        var head = new HeadRequest { Bucket = request.Bucket, Key = request.Key };
        for (int move = 0; move < MaximumMoves; move++)
        {
            ObjectProperties properties = (await _known.GetAsync(head, cancellationToken).ConfigureAwait(false)).Properties;
            if (properties.Size > _options.MaxObjectSize)
            {
                MarkAsLarge(request);
                break;
            }

            ContentRange range = request.Range?.Resolve(properties.Size) ?? new ContentRange(0, properties.Size, properties.Size);
            CachedBody? body;
            try
            {
                body = await _caches.Bodies.GetOrCreateAsync(
                    _names.OfBody(request.Bucket, properties),
                    (Backend: this, request.Bucket, Properties: properties),
                    static (state, token) => state.Backend.FetchAsync(state.Bucket, state.Properties, token),
                    _entry,
                    tags: null,
                    cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code is StorageErrorCode.PreconditionFailed or StorageErrorCode.NoSuchKey)
            {
                _known.Forget(request.Bucket, request.Key);
                continue;
            }
            catch (BrokenFetchException broken)
            {
                if (broken.IsLasting)
                {
                    MarkAsLarge(request);
                }

                break;
            }
            catch (Exception thrown) when (IsFaultOfCache(thrown, cancellationToken))
            {
                // The distributed cache failed, or has an entry of another kind. A fault of the backend appears again below.
                break;
            }

            if (body.Length != properties.Size)
            {
                // Another program wrote to the distributed cache.
                break;
            }

            return new GetResult { Properties = properties, Range = range, Content = body.Open(range), HasOpaqueETag = body.HasOpaqueETag };
        }

        return await Inner.GetAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the bytes of one revision. One call serves all readers that wait for them.</summary>
    private async ValueTask<CachedBody> FetchAsync(string bucket, ObjectProperties properties, CancellationToken cancellationToken)
    {
        var request = new GetRequest { Bucket = bucket, Key = properties.Key, IfRevision = properties.Revision };
        GetResult result = await Inner.GetAsync(request, cancellationToken).ConfigureAwait(false);

        // The core limits how long a body may stand still. It reads this one only from memory.
        var body = new IdleTimeoutStream(result.Content, Limits.Idle, _time);
        await using (body.ConfigureAwait(false))
        {
            if (result.Properties.Revision != properties.Revision || !result.Range.IsWhole || result.Properties.Size != properties.Size)
            {
                // The service ignored the revision, or returned another range.
                throw new BrokenFetchException("The answer is about other bytes.") { IsLasting = true };
            }

            byte[] bytes = new byte[properties.Size];
            try
            {
                await body.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception thrown) when (thrown is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The core resumes a body that breaks off. So each reader gets its own body.
                throw new BrokenFetchException(thrown.Message, thrown);
            }

            return new CachedBody(bytes, result.HasOpaqueETag);
        }
    }

    private static bool IsFaultOfCache(Exception thrown, CancellationToken cancellationToken) => thrown switch
    {
        StorageException => false,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => true,
    };

    private bool IsKnownToBeLarge(GetRequest request) => _caches.Memory.TryGetValue(LargeMark(request), out _);

    private void MarkAsLarge(GetRequest request) => _caches.Memory.Set(
        LargeMark(request), true, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = LargeFor, Size = MarkSize });

    private static (string Bucket, string Key) LargeMark(GetRequest request) => (request.Bucket, request.Key);

    private void NoteAll(DeleteManyRequest request)
    {
        foreach (string key in request.Keys)
        {
            _known.NoteWrite(request.Bucket, key);
        }
    }

    /// <summary>Notes the beginning and the end of a write.</summary>
    private readonly struct Write : IDisposable
    {
        private readonly KnownObjects _known;
        private readonly string _bucket;
        private readonly string _key;

        public Write(KnownObjects known, string bucket, string key)
        {
            (_known, _bucket, _key) = (known, bucket, key);
            known.NoteWrite(bucket, key);
        }

        public void Dispose() => _known.NoteWrite(_bucket, _key);
    }

    /// <summary>The bytes could not be read whole, so there is nothing to keep.</summary>
    private sealed class BrokenFetchException(string message, Exception? cause = null) : Exception(message, cause)
    {
        /// <summary>Whether the next fetch would break, too.</summary>
        public bool IsLasting { get; init; }
    }
}
