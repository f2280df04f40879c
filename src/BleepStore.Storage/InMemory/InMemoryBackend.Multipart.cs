using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.InMemory;

internal sealed partial class InMemoryBackend
{
    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Find(request.Bucket).Uploads.Add(request.WriteToken, new UploadState(request.Key, request.Attributes, _time.GetUtcNow()));
        }

        return Task.FromResult(request.WriteToken);
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            FindUpload(request.Bucket, request.Key, request.UploadId);
        }

        Blob content = await ReceiveAsync(request.Body, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return StorePart(FindUpload(request.Bucket, request.Key, request.UploadId), request.PartNumber, request.Body.ETag, content);
        }
    }

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            UploadState upload = FindUpload(request.Bucket, request.Key, request.UploadId);
            ObjectState source = Find(request.Source.Bucket, request.Source.Key);
            new WriteCondition { IfRevision = request.SourceProperties.Revision }.ThrowIfNotMet(source.Properties);
            Blob content = source.Content.Slice(request.Range.Offset, request.Range.Length);
            return Task.FromResult(StorePart(upload, request.PartNumber, ETags.OfCopiedPart(source.Properties, request.Range), content));
        }
    }

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            UploadState upload = FindUpload(request.Bucket, request.Key, request.UploadId);
            return Task.FromResult(Paging.Page(request, upload.Parts.Values.Select(static part => part.Info)));
        }
    }

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            BucketState bucket = Find(request.Bucket);
            UploadState upload = FindUpload(request.Bucket, request.Key, request.UploadId);
            CompletedParts parts = CompletedParts.Choose(
                request, upload.Parts.ToDictionary(static part => part.Key, static part => part.Value.Info));
            request.Condition.ThrowIfNotMet(bucket.Objects.GetValueOrDefault(request.Key)?.Properties);
            Blob content = Blob.Join(parts.Parts.Select(part => upload.Parts[part.PartNumber].Content));
            ObjectProperties made = Store(
                bucket, request.Key, content, parts.ETag, upload.Attributes, request.UploadId, freed: upload.Size);
            bucket.Uploads.Remove(request.UploadId);
            return Task.FromResult(made);
        }
    }

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Reserve(-FindUpload(request.Bucket, request.Key, request.UploadId).Size);
            Find(request.Bucket).Uploads.Remove(request.UploadId);
        }

        return Task.CompletedTask;
    }

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            IEnumerable<MultipartUploadInfo> uploads = Find(request.Bucket).Uploads.Select(static upload => new MultipartUploadInfo
            {
                Key = upload.Value.Key,
                UploadId = upload.Key,
                InitiatedAt = upload.Value.InitiatedAt,
            });
            return Task.FromResult(Paging.Page(request, uploads, _time.GetUtcNow()));
        }
    }

    private UploadState FindUpload(string bucket, string key, string uploadId) =>
        Find(bucket).Uploads.TryGetValue(uploadId, out UploadState? upload) && string.Equals(upload.Key, key, StringComparison.Ordinal)
            ? upload
            : throw new StorageException(
                StorageErrorCode.NoSuchUpload,
                "The multipart upload for this key does not exist. It was never begun, or it was completed or aborted.");

    private PartInfo StorePart(UploadState upload, int number, string etag, Blob content)
    {
        Reserve(content.Length - (upload.Parts.TryGetValue(number, out PartState? old) ? old.Content.Length : 0));
        var info = new PartInfo { PartNumber = number, ETag = etag, Size = content.Length, LastModified = _time.GetUtcNow() };
        upload.Parts[number] = new PartState(info, content);
        return info;
    }
}
