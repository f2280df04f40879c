using BleepStore.Storage.Backends;
using BleepStore.Storage.Conditions;
using BleepStore.Storage.Diagnostics;

namespace BleepStore.Storage.Transfer;

/// <summary>A multipart upload that lives inside one call of this library.</summary>
internal sealed class TransientUpload
{
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(30);

    private readonly StoreContext _context;
    private readonly ObjectAddress _address;
    private readonly string _uploadId;

    private TransientUpload(StoreContext context, ObjectAddress address, string uploadId)
    {
        _context = context;
        _address = address;
        _uploadId = uploadId;
    }

    public static async Task<TransientUpload> CreateAsync(
        StoreContext context, ObjectAddress address, ObjectAttributes attributes, ObjectAddress? copySource, CancellationToken cancellationToken)
    {
        var request = new CreateUploadRequest
        {
            Bucket = address.Bucket,
            Key = address.Key,
            Attributes = attributes,
            WriteToken = WriteToken.Create(),
            CopySource = copySource,
            IsTransient = true,
        };
        return new TransientUpload(context, address, await context.Backend.CreateUploadAsync(request, cancellationToken).ConfigureAwait(false));
    }

    public Task<PartInfo> SendPartAsync(int number, StorageBody body, CancellationToken cancellationToken)
    {
        var request = new UploadPartRequest
        {
            Bucket = _address.Bucket,
            Key = _address.Key,
            UploadId = _uploadId,
            PartNumber = number,
            Body = body,
            IsTransient = true,
        };
        return _context.Backend.UploadPartAsync(request, cancellationToken);
    }

    public Task<PartInfo> CopyPartAsync(int number, ObjectAddress source, ObjectProperties properties, ContentRange range, CancellationToken cancellationToken)
    {
        var request = new CopyPartRequest
        {
            Bucket = _address.Bucket,
            Key = _address.Key,
            UploadId = _uploadId,
            PartNumber = number,
            Source = source,
            SourceProperties = properties,
            Range = range,
            IsTransient = true,
        };
        return _context.Backend.CopyPartAsync(request, cancellationToken);
    }

    public Task<ObjectProperties> CompleteAsync(WriteProtocol writes, IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
    {
        var request = new CompleteUploadRequest
        {
            Bucket = _address.Bucket,
            Key = _address.Key,
            UploadId = _uploadId,
            Parts = parts,
            Condition = condition,
            IsTransient = true,
        };
        return writes.CompleteAsync(request, cancellationToken);
    }

    /// <summary>Takes back what was stored. Runs on even when the caller has cancelled: that is when it is needed most.</summary>
    public async Task AbortAsync()
    {
        using var timeout = new CancellationTokenSource(AbortTimeout, _context.Operations.Time);
        var request = new AbortUploadRequest { Bucket = _address.Bucket, Key = _address.Key, UploadId = _uploadId, IsTransient = true };
        try
        {
            await _context.Backend.AbortUploadAsync(request, timeout.Token).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
        {
            // Gone already: by the failed commit, or by an abort of which the answer was lost.
        }
        catch (Exception error)
        {
            // The failure that led here is the one to report.
            Log.AbortFailed(_context.Operations.Logger, error, _address.Bucket, _address.Key, _uploadId);
        }
    }
}
