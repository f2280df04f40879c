using BleepStore.Storage.Aws.Conditions;
using BleepStore.Storage.Aws.Objects;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>Completes uploads.</summary>
internal sealed class Completions(
    AwsBackendOptions options,
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    Encryption encryption,
    ConditionSupport conditions,
    ConditionalWrites writes,
    AwsReads reads,
    PartLists lists)
{
    /// <summary>"Amazon S3 multipart upload limits", Amazon S3 User Guide.</summary>
    public const long MinPartSize = 5L * 1024 * 1024;

    private const string Invalidated =
        "The key was written or deleted after this upload began, so S3 no longer completes the upload.";

    public Task<ObjectProperties> CompleteAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        string name = names.ObjectName(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        return writes.OnRevisionAsync(
            request.Bucket,
            request.Key,
            request.Condition,
            condition => CompleteOnceAsync(request, name, id, condition, cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Sends the completion, and a HEAD for the data that its answer lacks. These are the size, the attributes, and on some servers the
    /// ETag.
    /// </summary>
    private async Task<ObjectProperties> CompleteOnceAsync(
        CompleteUploadRequest request, string name, UploadId id, WriteCondition condition, CancellationToken cancellationToken)
    {
        string bucket = upstream.Container(request.Bucket);
        string? revision = await conditions.SpellAsync(ConditionKind.Complete, condition, bucket, cancellationToken).ConfigureAwait(false);
        await RequireLargePartsAsync(request, cancellationToken).ConfigureAwait(false);
        List<S3.PartETag> parts =
            [.. request.Parts.Select(static part => new S3.PartETag(part.PartNumber, AwsProperties.Quoted(part.ETag)))];
        if (clients.AddsChecksums)
        {
            await AddChecksumsAsync(request, parts, cancellationToken).ConfigureAwait(false);
        }

        S3.CompleteMultipartUploadRequest complete = make.Complete(bucket, name, id.Upstream, parts);
        complete.IfMatch = revision;
        complete.IfNoneMatch = condition.IfAbsent ? "*" : null;
        S3.CompleteMultipartUploadResponse made;
        DateTimeOffset at;
        try
        {
            (made, at) = await requests.WorkAsync(token => clients.Client.CompleteMultipartUploadAsync(complete, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Status: 409, Code: StorageErrorCode.OperationAborted })
        {
            throw await InvalidatedAsync(bucket, name, id, error, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Status: 400, ProviderCode: "InvalidRequest", Code: StorageErrorCode.InternalError })
        {
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.NotSupported,
                "S3 refused to complete the upload. If another tool began it with a checksum algorithm or under a customer's key " +
                "(SSE-C), complete it with that tool.");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidPart && clients.AddsChecksums)
        {
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.InvalidPart,
                "S3 does not have one of the named parts. This client sends checksums with parts. If another client or tool began the " +
                "upload without checksums, complete it there, or set "
                + "RequestChecksumCalculation of the client's configuration to WHEN_REQUIRED.");
        }
        catch (StorageException error) when (error.Status >= 500)
        {
            if (await IsThereAsync(request, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            // Some servers answer this for an upload that has ended. The token shows whether the upload has created the object.
            throw UpstreamErrors.Recode(error, StorageErrorCode.NoSuchUpload, "The multipart upload for this key no longer exists.");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && condition.IfRevision is not null)
        {
            throw AwsErrors.NothingThere(condition, error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw UploadErrors.NoSuchUpload(error);
        }

        // This is outside the try block, whose handlers explain only a failed completion.
        string etag = AwsProperties.Bare(made.ETag);
        bool isNamed = clients.Compatibility == AwsCompatibility.S3Compatible && !string.IsNullOrEmpty(made.Key ?? made.Location);
        return await CompletedAsync(request, id, etag.Length > 0 ? etag : null, isNamed, at, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// S3 refuses a completion permanently when the key was written or deleted after the upload began, even where the condition holds
    /// ("CompleteMultipartUpload", Amazon S3 API Reference). The parts would stay and be billed.
    /// </summary>
    private async Task<StorageException> InvalidatedAsync(
        string bucket, string name, UploadId id, StorageException conflict, CancellationToken cancellationToken)
    {
        try
        {
            await requests.WriteAsync(
                token => clients.Client.AbortMultipartUploadAsync(make.Abort(bucket, name, id.Upstream), token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (!AwsErrors.IsNoUpload(error))
        {
            return UpstreamErrors.Recode(
                conflict,
                StorageErrorCode.UploadInvalidated,
                $"{Invalidated} Its parts could not be removed and are billed until you abort it. Abort it, begin another upload, and " +
                "upload the parts again.");
        }
        catch (StorageException)
        {
            // S3 has removed it.
        }

        return UpstreamErrors.Recode(
            conflict,
            StorageErrorCode.UploadInvalidated,
            $"{Invalidated} Its parts were removed. Begin another upload, and upload the parts again.");
    }

    /// <summary>S3 wants to see the checksums of parts again that were sent with one.</summary>
    private async Task AddChecksumsAsync(CompleteUploadRequest request, List<S3.PartETag> parts, CancellationToken cancellationToken)
    {
        var checksums = new Dictionary<int, string>();
        await foreach (S3.PartDetail part in lists.AllAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (part is { PartNumber: { } number, ChecksumCRC32: { Length: > 0 } checksum })
            {
                checksums[number] = checksum;
            }
        }

        foreach (S3.PartETag part in parts)
        {
            part.ChecksumCRC32 = checksums.GetValueOrDefault(part.PartNumber ?? 0);
        }
    }

    /// <param name="request">The completion.</param>
    /// <param name="id">The upload's id.</param>
    /// <param name="etag">The ETag in the answer, if any.</param>
    /// <param name="isNamed">
    /// Whether the answer of a server that tells no ETags (Ceph) names the object. Of Amazon's S3 that is not enough.
    /// </param>
    /// <param name="at">When the server answered.</param>
    /// <param name="cancellationToken">Stops the look at the object.</param>
    private async Task<ObjectProperties> CompletedAsync(
        CompleteUploadRequest request, UploadId id, string? etag, bool isNamed, DateTimeOffset at, CancellationToken cancellationToken)
    {
        StoredObject? found = null;
        bool isLookedAt = true;
        try
        {
            found = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // A credential may have the permission to write but not to read. Then the answer to the completion is the only proof.
            isLookedAt = false;
        }

        if (found is not null && IsMade(request, id, etag, found))
        {
            return found.Properties;
        }

        if (isLookedAt && etag is null && !isNamed)
        {
            throw new StorageException(
                StorageErrorCode.OperationAborted,
                "The server reports that it has completed the upload, but the key has another object. Read the object before you write " +
                "again.")
            {
                IsOutcomeUnknown = true,
            };
        }

        // The object was overwritten or deleted since, or cannot be read, so its other properties are unknown.
        etag ??= ETags.Compose(request.Parts);
        return AwsProperties.Written(
            request.Key, request.Parts.Sum(static part => part.Size), etag, new ObjectAttributes(), etag, at, options.StorageClass);
    }

    /// <summary>
    /// Returns whether an object was created by this completion. The token decides, else the ETag in the server's answer, else the ETag
    /// that follows from the parts.
    /// </summary>
    private bool IsMade(CompleteUploadRequest request, UploadId id, string? etag, StoredObject found)
    {
        if (id.Token is { } token)
        {
            return found.MadeBy(token) is not null;
        }

        if (etag is not null)
        {
            return found.Properties.Revision == etag;
        }

        Span<byte> md5 = stackalloc byte[16];
        foreach (PartInfo part in request.Parts)
        {
            if (encryption.HidesMd5 || !ETags.TryParseMd5(part.ETag, md5))
            {
                // The ETag of the object cannot be computed from those of the parts.
                return true;
            }
        }

        return found.Properties.Revision == ETags.Compose(request.Parts);
    }

    private async Task<bool> IsThereAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await lists.PageAsync(
                new ListPartsRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId },
                startAfter: 0,
                pageSize: 1,
                cancellationToken).ConfigureAwait(false);
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
        if (request.MinimumPartSize <= MinPartSize)
        {
            return;
        }

        var stored = new Dictionary<int, PartInfo>();
        await foreach (S3.PartDetail found in lists.AllAsync(request, cancellationToken).ConfigureAwait(false))
        {
            PartInfo part = PartLists.Part(found);
            stored[part.PartNumber] = part;
        }

        CompletedParts.Choose(request, stored);
    }
}
