using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        string name = _names.Object(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        return OnRevisionAsync(request.Bucket, request.Key, request.Condition, condition => CompleteOnceAsync(request, name, id, condition, cancellationToken), cancellationToken);
    }

    /// <summary>The completion, and a HEAD for what its answer does not tell: the size, the attributes, and on some servers the ETag.</summary>
    private async Task<ObjectProperties> CompleteOnceAsync(CompleteUploadRequest request, string name, UploadId id, WriteCondition condition, CancellationToken cancellationToken)
    {
        string bucket = Upstream(request.Bucket);
        string? revision = await _conditions.SpellAsync(ConditionKind.Complete, condition, bucket, cancellationToken).ConfigureAwait(false);
        await RequireLargePartsAsync(request, cancellationToken).ConfigureAwait(false);
        S3.CompleteMultipartUploadRequest complete =
            _make.Complete(bucket, name, id.Upstream, request.Parts.Select(static part => new S3.PartETag(part.PartNumber, AwsProperties.Quoted(part.ETag))));
        complete.IfMatch = revision;
        complete.IfNoneMatch = condition.IfAbsent ? "*" : null;
        S3.CompleteMultipartUploadResponse made;
        DateTimeOffset at;
        try
        {
            (made, at) = await _requests.WriteDatedAsync(() => Client.CompleteMultipartUploadAsync(complete, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.ProviderCode == AwsErrors.ConditionalRequestConflict)
        {
            throw With(StorageErrorCode.UploadInvalidated, "Another conditional write to the key was under way, and S3 has given this upload up. Begin it again.", error);
        }
        catch (StorageException error) when (error.Status >= 500)
        {
            if (await IsThereAsync(request, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            // What some servers answer for an upload that has ended. Whether it ended in our object, its token tells.
            throw With(StorageErrorCode.NoSuchUpload, "There is no such multipart upload for this key any more.", error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && condition.IfRevision is not null)
        {
            throw NothingThere(condition, error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw UploadId.NoSuchUpload(error.InnerException);
        }

        // Out of reach of what is caught above, which says what a failed completion means.
        string etag = AwsProperties.Bare(made.ETag);
        return await CompletedAsync(request, id, etag.Length > 0 ? etag : null, at, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ObjectProperties> CompletedAsync(CompleteUploadRequest request, UploadId id, string? etag, DateTimeOffset at, CancellationToken cancellationToken)
    {
        StoredObject? found = null;
        bool isLookedAt = true;
        try
        {
            found = await TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // A credential may write and not read. Then the answer to the completion is all the proof there is.
            isLookedAt = false;
        }

        if (found is not null && IsMade(request, id, etag, found))
        {
            return found.Properties;
        }

        if (isLookedAt && etag is null)
        {
            throw new StorageException(
                StorageErrorCode.OperationAborted,
                "The server says that it completed the upload, but the object at the key is not the one of this upload. Look at the object before you write again.")
            {
                IsOutcomeUnknown = true,
            };
        }

        // Overwritten or deleted since, or not to be looked at: what was made cannot be asked for the rest.
        etag ??= ETags.Compose(request.Parts);
        return AwsProperties.Written(request.Key, request.Parts.Sum(static part => part.Size), etag, new ObjectAttributes(), etag, at, _options.StorageClass);
    }

    /// <summary>Whether an object is the one that this completion made: by its token, else by its ETag as the server told it, else by the ETag that follows from the parts.</summary>
    private bool IsMade(CompleteUploadRequest request, UploadId id, string? etag, StoredObject found)
    {
        if (id.Token is { } token)
        {
            return found.WriteToken == token;
        }

        if (etag is not null)
        {
            return found.Properties.Revision == etag;
        }

        Span<byte> md5 = stackalloc byte[16];
        foreach (PartInfo part in request.Parts)
        {
            if (_encryption.HidesMd5 || !ETags.TryParseMd5(part.ETag, md5))
            {
                // The ETags of the parts do not tell the one of the object.
                return true;
            }
        }

        return found.Properties.Revision == ETags.Compose(request.Parts);
    }

    private async Task<bool> IsThereAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await ListPartsAsync(new ListPartsRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId }, startAfter: 0, pageSize: 1, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StorageException error)
        {
            return error.Code != StorageErrorCode.NoSuchUpload;
        }
    }

    /// <summary>S3 tests its own minimum. A higher one is the store's.</summary>
    private async Task RequireLargePartsAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        if (request.MinimumPartSize <= MinPartSize || request.IsTransient)
        {
            return;
        }

        var stored = new Dictionary<int, PartInfo>();
        var list = new ListPartsRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId };
        int last = 0;
        for (bool more = true; more;)
        {
            S3.ListPartsResponse page = await ListPartsAsync(list, last, MaxPartsPerPage, cancellationToken).ConfigureAwait(false);
            foreach (PartInfo part in Parts(page))
            {
                stored[part.PartNumber] = part;
                last = part.PartNumber;
            }

            more = page.IsTruncated == true;
        }

        CompletedParts.Choose(request, stored);
    }
}
