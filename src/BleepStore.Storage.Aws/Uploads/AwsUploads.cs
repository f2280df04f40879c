using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>Begins, lists and aborts multipart uploads, which are the service's own.</summary>
internal sealed class AwsUploads(
    AwsBackendOptions options,
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    AwsRefusals refusals,
    PartLists lists)
{
    public async Task<string> CreateAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        S3.InitiateMultipartUploadRequest begin = make.Begin(
            upstream.Container(request.Bucket), names.ObjectName(request.Bucket, request.Key));
        AwsProperties.Apply(request.Attributes, begin.Headers);
        AwsProperties.Apply(request.Attributes, begin.Metadata, token: request.WriteToken);
        begin.StorageClass = AwsProperties.Class(request.Attributes, options.StorageClass);
        if (request.CopySource is { } source)
        {
            begin.TagSet = await ReadTagsAsync(source, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            S3.InitiateMultipartUploadResponse begun = await requests.WriteAsync(
                token => clients.Client.InitiateMultipartUploadAsync(begin, token), cancellationToken).ConfigureAwait(false);
            return new UploadId(request.WriteToken, begun.UploadId).ToString();
        }
        catch (StorageException error) when (refusals.IsAboutBlockedEncryption(error))
        {
            throw refusals.EncryptionBlocked(error);
        }
        catch (StorageException error) when (refusals.IsAboutMetadata(error, begin.Metadata))
        {
            throw AwsRefusals.TooMuchMetadata(error);
        }
    }

    public async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        S3.ListPartsResponse found =
            await lists.PageAsync(request, request.StartAfter, request.PageSize, cancellationToken).ConfigureAwait(false);
        return new ListPartsResult { Parts = [.. (found.Parts ?? []).Select(PartLists.Part)], IsTruncated = found.IsTruncated == true };
    }

    public async Task AbortAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        string name = names.ObjectName(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        try
        {
            await requests.WriteAsync(
                token => clients.Client.AbortMultipartUploadAsync(
                    make.Abort(upstream.Container(request.Bucket), name, id.Upstream), token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (AwsErrors.IsNoUpload(error) && error.IsOutcomeUnknown && !clients.IsGiven)
        {
            // An earlier attempt, whose answer was lost, has aborted it.
        }
        catch (StorageException error) when (AwsErrors.IsNoUpload(error))
        {
            throw UploadErrors.NoSuchUpload(error);
        }
    }

    /// <summary>In the service's order, which is that of the names and, of one key's uploads, its own.</summary>
    public async Task<ListUploadsResult> ListAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        var list = new S3.ListMultipartUploadsRequest
        {
            BucketName = upstream.Container(request.Bucket),
            Prefix = names.ObjectPrefix(request.Bucket, request.Prefix),
            KeyMarker = request.StartAfterKey is { } key ? names.ObjectName(request.Bucket, key) : null,
            UploadIdMarker = request is { StartAfterKey: not null, StartAfterUploadId: { } id } ? UploadId.Parse(id).Upstream : null,
            MaxUploads = request.PageSize,
            Encoding = clients.UploadsEncoding,
            RequestPayer = make.Payer,
        };
        while (true)
        {
            (S3.ListMultipartUploadsResponse found, DateTimeOffset? time) = await ListPageAsync(list, cancellationToken)
                .ConfigureAwait(false);
            List<MultipartUploadInfo> uploads = Uploads(found, request);
            bool more = found.IsTruncated == true && !string.IsNullOrEmpty(found.NextKeyMarker);
            if (uploads.Count > 0 || !more)
            {
                return new ListUploadsResult { Uploads = uploads, IsTruncated = more, ServiceTime = time };
            }

            string? next = AwsNames.Listed(found.NextKeyMarker, found.EncodingType);
            Paging.Next(Paging.Pair(list.KeyMarker, list.UploadIdMarker), Paging.Pair(next, found.NextUploadIdMarker));
            list.KeyMarker = next;
            list.UploadIdMarker = found.NextUploadIdMarker;
        }
    }

    private async Task<(S3.ListMultipartUploadsResponse Page, DateTimeOffset? ServiceTime)> ListPageAsync(
        S3.ListMultipartUploadsRequest list, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadDatedAsync(
                clients.Client, token => clients.Client.ListMultipartUploadsAsync(list, token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Status: 400, ProviderCode: "InvalidArgument" } && list.UploadIdMarker is not null)
        {
            throw new ArgumentException(
                $"{nameof(ListUploadsOptions.StartAfterUploadId)} is not the id of an upload of " +
                $"{nameof(ListUploadsOptions.StartAfterKey)}.", nameof(
                    list), error);
        }
    }

    /// <summary>
    /// Returns none where the tags may not be read, or where the server has no tags. The tags may not belong to the object's revision,
    /// because S3 has no condition on tags, and they change independently.
    /// </summary>
    private async Task<List<S3.Tag>?> ReadTagsAsync(ObjectAddress source, CancellationToken cancellationToken)
    {
        var get = new S3.GetObjectTaggingRequest
        {
            BucketName = upstream.Container(source.Bucket),
            Key = names.ObjectName(source.Bucket, source.Key),
            RequestPayer = make.Payer,
        };
        try
        {
            S3.GetObjectTaggingResponse found =
                await requests.ReadAsync(token => clients.Client.GetObjectTaggingAsync(get, token), cancellationToken)
                    .ConfigureAwait(false);
            return found.Tagging is { Count: > 0 } tags ? tags : null;
        }
        catch (StorageException error)
            when (error.Code == StorageErrorCode.AccessDenied || AwsErrors.IsUnknownRequest(error) || error.ProviderCode == "NoSuchTagSet")
        {
            return null;
        }
    }

    private List<MultipartUploadInfo> Uploads(S3.ListMultipartUploadsResponse found, ListUploadsRequest request)
    {
        var uploads = new List<MultipartUploadInfo>();
        foreach (S3.MultipartUpload upload in found.MultipartUploads ?? [])
        {
            if (AwsNames.Listed(upload.Key, found.EncodingType) is { } name
                && names.TryReadKey(request.Bucket, name, out string? key)
                && key.StartsWith(request.Prefix, StringComparison.Ordinal))
            {
                uploads.Add(new MultipartUploadInfo
                {
                    Key = key,
                    UploadId = new UploadId(Token: null, upload.UploadId).ToString(),
                    InitiatedAt = AwsProperties.ToUtc(upload.Initiated),
                });
            }
        }

        return uploads;
    }
}
