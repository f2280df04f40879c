namespace BleepStore.Storage.Backends;

/// <summary>A <see cref="PartedWrite"/> over the members for explicit uploads.</summary>
/// <param name="backend">The backend.</param>
/// <param name="begun">How the upload was begun.</param>
/// <param name="uploadId">The id of the upload.</param>
internal sealed class UploadWrite(StorageBackend backend, CreateUploadRequest begun, string uploadId) : PartedWrite
{
    /// <summary>A completed upload no longer exists.</summary>
    public override bool CanRepeatCompletion => true;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken)
    {
        var request = new UploadPartRequest
        {
            Bucket = begun.Bucket,
            Key = begun.Key,
            UploadId = uploadId,
            PartNumber = partNumber,
            Body = body,
        };
        return backend.UploadPartAsync(request, cancellationToken);
    }

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken)
    {
        var request = new CopyPartRequest
        {
            Bucket = begun.Bucket,
            Key = begun.Key,
            UploadId = uploadId,
            PartNumber = partNumber,
            Source = source,
            SourceProperties = sourceProperties,
            Range = range,
        };
        return backend.CopyPartAsync(request, cancellationToken);
    }

    public override Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
    {
        var request = new CompleteUploadRequest
        {
            Bucket = begun.Bucket,
            Key = begun.Key,
            UploadId = uploadId,
            Parts = parts,
            Condition = condition,
        };
        return backend.CompleteUploadAsync(request, cancellationToken);
    }

    public override Task AbortAsync(CancellationToken cancellationToken) =>
        backend.AbortUploadAsync(new AbortUploadRequest { Bucket = begun.Bucket, Key = begun.Key, UploadId = uploadId }, cancellationToken);
}
