using System.Globalization;
using Amazon.S3;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    private const int MaxPartsPerPage = 1000;

    /// <summary>
    /// Ceph 16 encodes the keys of uploads when asked to, and does not say that it did. Our own names need no encoding: what XML cannot
    /// carry is escaped.
    /// </summary>
    private EncodingType? UploadsEncoding => _clients.Compatibility == AwsCompatibility.Aws ? EncodingType.Url : null;

    public override async Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        S3.InitiateMultipartUploadRequest begin = _make.Begin(Upstream(request.Bucket), _names.Object(request.Bucket, request.Key));
        AwsProperties.Apply(request.Attributes, begin.Headers);
        AwsProperties.Apply(request.Attributes, begin.Metadata, token: request.WriteToken);
        begin.StorageClass = AwsProperties.Class(request.Attributes, _options.StorageClass);
        if (request.CopySource is { } source)
        {
            begin.TagSet = await ReadTagsAsync(source, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            S3.InitiateMultipartUploadResponse begun = await _requests.WriteAsync(token => Client.InitiateMultipartUploadAsync(begin, token), cancellationToken).ConfigureAwait(false);
            return new UploadId(request.WriteToken, begun.UploadId).ToString();
        }
        catch (StorageException error) when (IsAboutBlockedEncryption(error))
        {
            throw EncryptionBlocked(error);
        }
        catch (StorageException error) when (IsAboutMetadata(error, begin.Metadata))
        {
            throw TooMuchMetadata(error);
        }
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        string name = _names.Object(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        Stream content = await _make.BodyAsync(request.Body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            S3.UploadPartRequest part =
                _make.Part(Upstream(request.Bucket), name, id.Upstream, request.PartNumber, content, request.Body.Md5!.Value);
            S3.UploadPartResponse made;
            try
            {
                (made, _) = await OfUploadAsync(() => _requests.WriteBodyAsync(
                    timer =>
                    {
                        part.InputStream = _make.Watch(timer, content);
                        return Client.UploadPartAsync(part, timer.Token);
                    },
                    cancellationToken)).ConfigureAwait(false);
            }
            catch (StorageException error) when (IsAboutPart(error))
            {
                throw PartRefused(error, request.PartNumber);
            }

            string etag = AwsProperties.Bare(made.ETag);
            RequireSame(request.Body, etag, _encryption.Note(made.ServerSideEncryptionMethod, made.SSECustomerAlgorithm is { Length: > 0 } ? ServerSideEncryptionCustomerMethod.AES256 : null));
            return new PartInfo { PartNumber = request.PartNumber, ETag = etag, Size = content.Length };
        }
    }

    public override async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        S3.ListPartsResponse found =
            await ListPartsAsync(request, request.StartAfter, request.PageSize, cancellationToken).ConfigureAwait(false);
        return new ListPartsResult { Parts = Parts(found), IsTruncated = found.IsTruncated == true };
    }

    public override async Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        string name = _names.Object(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        try
        {
            await _requests.WriteAsync(
                token => Client.AbortMultipartUploadAsync(_make.Abort(Upstream(request.Bucket), name, id.Upstream), token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (IsNoUpload(error) && error.IsOutcomeUnknown && !_clients.IsGiven)
        {
            // An earlier attempt, whose answer was lost, has aborted it.
        }
        catch (StorageException error) when (IsNoUpload(error))
        {
            throw NoSuchUpload(error);
        }
    }

    /// <summary>In the service's order, which is that of the names and, of one key's uploads, its own.</summary>
    public override async Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        var list = new S3.ListMultipartUploadsRequest
        {
            BucketName = Upstream(request.Bucket),
            Prefix = _names.ObjectPrefix(request.Bucket, request.Prefix),
            KeyMarker = request.StartAfterKey is { } key ? _names.Object(request.Bucket, key) : null,
            UploadIdMarker = request is { StartAfterKey: not null, StartAfterUploadId: { } id } ? UploadId.Parse(id).Upstream : null,
            MaxUploads = request.PageSize,
            Encoding = UploadsEncoding,
            RequestPayer = _make.Payer,
        };
        while (true)
        {
            (S3.ListMultipartUploadsResponse found, DateTimeOffset? time) = await ListUploadsPageAsync(list, cancellationToken).ConfigureAwait(false);
            List<MultipartUploadInfo> uploads = Uploads(found, request);
            bool more = found.IsTruncated == true && !string.IsNullOrEmpty(found.NextKeyMarker);
            if (uploads.Count > 0 || !more)
            {
                return new ListUploadsResult { Uploads = uploads, IsTruncated = more, ServiceTime = time };
            }

            string? next = NameOf(found.NextKeyMarker, found.EncodingType);
            Paging.Next(Paging.Pair(list.KeyMarker, list.UploadIdMarker), Paging.Pair(next, found.NextUploadIdMarker));
            list.KeyMarker = next;
            list.UploadIdMarker = found.NextUploadIdMarker;
        }
    }

    private async Task<(S3.ListMultipartUploadsResponse Page, DateTimeOffset? ServiceTime)> ListUploadsPageAsync(
        S3.ListMultipartUploadsRequest list, CancellationToken cancellationToken)
    {
        try
        {
            return await _requests.ReadDatedAsync(Client, token => Client.ListMultipartUploadsAsync(list, token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Status: 400, ProviderCode: "InvalidArgument" } && list.UploadIdMarker is not null)
        {
            throw new ArgumentException(
                $"{nameof(ListUploadsOptions.StartAfterUploadId)} is not the id of an upload of {nameof(ListUploadsOptions.StartAfterKey)}.", nameof(list), error);
        }
    }

    /// <summary>400 to a part: a limit of the server, or an upload that another tool began.</summary>
    private static bool IsAboutPart(StorageException error) =>
        error is { Status: 400, ProviderCode: "InvalidRequest" or "InvalidArgument", Code: StorageErrorCode.InternalError };

    private static StorageException PartRefused(StorageException error, int partNumber) => With(
        StorageErrorCode.NotSupported,
        error.ProviderCode == "InvalidArgument"
            ? $"The server refused the part with the number {partNumber}. Some servers take fewer parts than 10,000. Raise {nameof(ObjectStoreOptions.PartSize)}."
            : "S3 refused the part. If another tool began the upload with a checksum algorithm, complete it with that tool. If it began under a customer's key (SSE-C), set "
                + $"{nameof(AwsBackendOptions.Encryption)} and {nameof(AwsBackendOptions.CustomerKey)}.",
        error);

    /// <summary>
    /// None where they may not be read, or where the server knows none. Not the object's revision's: S3 has no condition on tags, which
    /// change without one.
    /// </summary>
    private async Task<List<S3.Tag>?> ReadTagsAsync(ObjectAddress source, CancellationToken cancellationToken)
    {
        var get = new S3.GetObjectTaggingRequest { BucketName = Upstream(source.Bucket), Key = _names.Object(source.Bucket, source.Key), RequestPayer = _make.Payer };
        try
        {
            S3.GetObjectTaggingResponse found =
                await _requests.ReadAsync(token => Client.GetObjectTaggingAsync(get, token), cancellationToken).ConfigureAwait(false);
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
            if (NameOf(upload.Key, found.EncodingType) is { } name && _names.TryReadKey(request.Bucket, name, out string? key) && key.StartsWith(request.Prefix, StringComparison.Ordinal))
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

    private Task<S3.ListPartsResponse> ListPartsAsync(ListPartsRequest request, int startAfter, int pageSize, CancellationToken cancellationToken)
    {
        var list = new S3.ListPartsRequest
        {
            BucketName = Upstream(request.Bucket),
            Key = _names.Object(request.Bucket, request.Key),
            UploadId = UploadId.Parse(request.UploadId).Upstream,
            PartNumberMarker = startAfter.ToString(CultureInfo.InvariantCulture),
            MaxParts = pageSize,
            RequestPayer = _make.Payer,
        };
        return OfUploadAsync(() => _requests.ReadAsync(token => Client.ListPartsAsync(list, token), cancellationToken));
    }

    private static List<PartInfo> Parts(S3.ListPartsResponse found) =>
    [
        .. (found.Parts ?? []).Select(static part => new PartInfo
        {
            PartNumber = part.PartNumber ?? 0,
            ETag = AwsProperties.Bare(part.ETag),
            Size = part.Size ?? 0,
            LastModified = AwsProperties.ToUtc(part.LastModified),
        }),
    ];

    /// <summary>Servers differ in what they answer to an id that is none of theirs.</summary>
    private static async Task<T> OfUploadAsync<T>(Func<Task<T>> send)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (StorageException error) when (IsNoUpload(error))
        {
            throw NoSuchUpload(error);
        }
    }

    private static bool IsNoUpload(StorageException error) =>
        error.Code == StorageErrorCode.NoSuchUpload || error is { Status: 404, ProviderCode: not "NoSuchBucket" };

    private static StorageException NoSuchUpload(StorageException error) =>
        error.Code == StorageErrorCode.NoSuchUpload ? error : With(StorageErrorCode.NoSuchUpload, UploadId.Unknown, error);
}
