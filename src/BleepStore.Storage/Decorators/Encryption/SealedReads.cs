using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// Reads encrypted objects. A whole object takes one request. A range takes one for the header and one for the chunks, unless the header is
/// known or the range is near the beginning. Both are pinned to one revision.
/// </summary>
/// <param name="context">The store of the encrypted objects.</param>
/// <param name="keys">Asks for keys.</param>
/// <param name="plaintext">The treatment of objects that are not encrypted.</param>
internal sealed class SealedReads(StoreContext context, RingKeys keys, PlaintextObjects plaintext)
{
    /// <summary>How often a read begins anew because the object was replaced between its two requests.</summary>
    public const int MaximumReplacements = 10;

    /// <summary>Up to here a range is read together with the header and all that is before it.</summary>
    private const long NearEnd = 3 * StoredSize.Chunk;

    private readonly KnownObjects _known = new();

    /// <summary>Opens an object.</summary>
    public async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return request.Range is { } range
                    ? await GetRangeAsync(request, range, cancellationToken).ConfigureAwait(false)
                    : await GetFromBeginningAsync(request, range: null, request, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error)
                when (error.Code == StorageErrorCode.PreconditionFailed && request.IfRevision is null && request.Conditions.IsNone
                    && attempt < MaximumReplacements)
            {
                // The object was replaced between two requests. No request of the caller has failed.
            }
        }
    }

    private async ValueTask<GetResult> GetRangeAsync(GetRequest request, ByteRange range, CancellationToken cancellationToken)
    {
        var address = new ObjectAddress(request.Bucket, request.Key);
        KnownObject? known = _known.Find(address, request.IfRevision);
        for (int attempt = 1; ; attempt++)
        {
            if (known is null && range is { Offset: { } offset, Length: { } length } && offset + length <= NearEnd)
            {
                GetRequest near = request with { Range = ByteRange.From(0, StoredSize.EndOf(offset + length) + StoredSize.Overhead) };
                return await GetFromBeginningAsync(near, range, request, cancellationToken).ConfigureAwait(false);
            }

            bool isFresh = known is null;
            known ??= await ReadHeaderAsync(request, cancellationToken).ConfigureAwait(false);
            try
            {
                GetRequest pinned = request with { IfRevision = known.Revision };
                return await GetChunksAsync(pinned, known, range, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error)
                when (request.IfRevision is null && attempt < MaximumReplacements && IsOfAnother(error, known, isFresh))
            {
                _known.Remove(known);
                known = null;
            }
        }
    }

    /// <summary>Reads the beginning of an object.</summary>
    /// <param name="request">The object, its revision and the conditions.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async ValueTask<KnownObject> ReadHeaderAsync(GetRequest request, CancellationToken cancellationToken)
    {
        var address = new ObjectAddress(request.Bucket, request.Key);
        GetRequest beginning = request with { Range = ByteRange.From(0, ObjectHeader.Size) };
        GetResult result;
        try
        {
            result = await OpenAsync(beginning, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.InvalidRange, ObjectSize: 0 })
        {
            if (plaintext == PlaintextObjects.Refuse)
            {
                throw Damaged.NotEncrypted(error);
            }

            var head = new HeadRequest { Bucket = request.Bucket, Key = request.Key, IsForWrite = true };
            StoredObject empty = await context.Backend.HeadAsync(head, cancellationToken).ConfigureAwait(false);
            return empty.Properties.Size == 0 ? new KnownObject(address, empty.Properties, Header: null) : throw Replaced(error);
        }

        var stored = Resuming(beginning, result);
        await using (stored.ConfigureAwait(false))
        {
            ObjectHeader? header = await ParseAsync(stored, cancellationToken).ConfigureAwait(false);
            return Remember(address, result.Properties, header);
        }
    }

    /// <summary>
    /// Whether a failure is of an object that has replaced the known one. Some upstreams look at the range before they look at the
    /// revision.
    /// </summary>
    private static bool IsOfAnother(StorageException error, KnownObject known, bool isFresh) =>
        error.Code == StorageErrorCode.PreconditionFailed
        || (error.Code == StorageErrorCode.InvalidRange && !(isFresh && error.ObjectSize == known.Size));

    /// <summary>Opens an object at its first byte, and skips to the range.</summary>
    /// <param name="stored">The request to the store.</param>
    /// <param name="range">The range of the plaintext. <see langword="null"/> for all.</param>
    /// <param name="wanted">The request of the caller.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    private async ValueTask<GetResult> GetFromBeginningAsync(
        GetRequest stored, ByteRange? range, GetRequest wanted, CancellationToken cancellationToken)
    {
        GetResult result;
        try
        {
            result = await OpenAsync(stored, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
            when (error is { Code: StorageErrorCode.InvalidRange, ObjectSize: 0 } && plaintext == PlaintextObjects.Refuse)
        {
            throw Damaged.NotEncrypted(error);
        }

        ResumingStream content = Resuming(stored, result);
        try
        {
            ObjectHeader? header = await ParseAsync(content, cancellationToken).ConfigureAwait(false);
            if (header is not null)
            {
                KnownObject known = Remember(new ObjectAddress(stored.Bucket, stored.Key), result.Properties, header);
                ContentRange bytes = range?.Resolve(known.Size) ?? new ContentRange(0, known.Size, known.Size);
                return await OpenAsync(known, content, firstChunk: 0, bytes, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await content.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await content.DisposeAsync().ConfigureAwait(false);

        // The read is pinned, because a newer object can be encrypted.
        GetRequest pinned = wanted with { IfRevision = result.Properties.Revision };
        return await context.Backend.GetAsync(pinned, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The object was replaced between two requests. A read that pins no revision begins anew.</summary>
    private static StorageException Replaced(StorageException cause) =>
        new(StorageErrorCode.PreconditionFailed, "The object was replaced while it was opened. Read it again.", cause);

    /// <summary>Opens the chunks of a range.</summary>
    private async ValueTask<GetResult> GetChunksAsync(
        GetRequest request, KnownObject known, ByteRange range, CancellationToken cancellationToken)
    {
        ContentRange bytes = range.Resolve(known.Size);
        if (known.Header is null)
        {
            return await context.Backend.GetAsync(request, cancellationToken).ConfigureAwait(false);
        }

        long first = bytes.Offset / StoredSize.Chunk;
        long offset = StoredSize.OffsetOf(first);
        long after = bytes.Offset + bytes.Length;
        long end = after == known.Size ? known.Properties.Size : StoredSize.EndOf(after);
        GetRequest chunks = request with { Range = ByteRange.From(offset, end - offset) };
        GetResult result = await OpenAsync(chunks, cancellationToken).ConfigureAwait(false);
        ResumingStream content = Resuming(chunks, result);
        try
        {
            KnownObject found = known with { Properties = result.Properties };
            return await OpenAsync(found, content, first, bytes, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<GetResult> OpenAsync(
        KnownObject known, Stream chunks, long firstChunk, ContentRange bytes, CancellationToken cancellationToken)
    {
        ObjectKey key = await keys.OpenAsync(known.Header!, cancellationToken).ConfigureAwait(false);
        var content = new OpeningStream(chunks, key, firstChunk, bytes);
        try
        {
            await content.VerifyEmptyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await content.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new GetResult { Properties = known.Properties with { Size = known.Size }, Range = bytes, Content = content };
    }

    /// <summary>Sends a request to the store, and verifies that the answer matches it.</summary>
    private async ValueTask<GetResult> OpenAsync(GetRequest request, CancellationToken cancellationToken)
    {
        GetResult result = await context.Backend.GetAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(result.Properties);
            long size = result.Properties.Size;
            ContentRange wanted = request.Range?.Resolve(size) ?? new ContentRange(0, size, size);
            return result.Range == wanted
                ? result
                : throw new StorageException(
                    StorageErrorCode.InternalError,
                    $"The upstream answered {result.Range.Length} bytes from {result.Range.Offset} when asked for {wanted.Length} "
                    + $"from {wanted.Offset}.");
        }
        catch
        {
            await result.Content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private ResumingStream Resuming(GetRequest request, GetResult result) => new(context, request, result, isBeneath: true);

    private async ValueTask<ObjectHeader?> ParseAsync(Stream stored, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[ObjectHeader.Size];
        int count = await stored.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        ObjectHeader? header = ObjectHeader.Parse(bytes.AsSpan(0, count));
        return header is not null || plaintext == PlaintextObjects.PassThrough ? header : throw Damaged.NotEncrypted();
    }

    private KnownObject Remember(ObjectAddress address, ObjectProperties properties, ObjectHeader? header)
    {
        var known = new KnownObject(address, properties, header);
        if (header is not null && !StoredSize.TryGetPlain(properties.Size, out _))
        {
            throw Damaged.Size(properties.Size);
        }

        _known.Add(known);
        return known;
    }
}
