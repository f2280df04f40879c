using BleepStore.Storage.Backends;
using BleepStore.Storage.Conditions;
using BleepStore.Storage.Diagnostics;

namespace BleepStore.Storage.Transfer;

/// <summary>
/// A multipart upload that lives inside one call of this library. Whatever fails before it is completed has certainly not made the object.
/// </summary>
internal sealed class TransientUpload
{
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
        StoreContext context,
        ObjectAddress address,
        ObjectAttributes attributes,
        ObjectAddress? copySource,
        CancellationToken cancellationToken)
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
        string uploadId = await BeforeCommitAsync(
            (Context: context, Request: request),
            static (state, token) => UploadStart.BeginAsync(state.Context, state.Request, token),
            cancellationToken).ConfigureAwait(false);
        return new TransientUpload(context, address, uploadId);
    }

    public async Task<PartInfo> SendPartAsync(int number, PartBody part, CancellationToken stop)
    {
        using var flight = new PartFlight(_context.Operations.Time, hasBody: true, stop);
        var request = new UploadPartRequest
        {
            Bucket = _address.Bucket,
            Key = _address.Key,
            UploadId = _uploadId,
            PartNumber = number,
            Body = flight.Guard(part),
            IsTransient = true,
        };
        return await BeforeCommitAsync(
            (_context.Backend, Request: request),
            static (state, token) => state.Backend.UploadPartAsync(state.Request, token),
            flight.Token).ConfigureAwait(false);
    }

    public async Task<PartInfo> CopyPartAsync(
        int number, ObjectAddress source, ObjectProperties properties, ContentRange range, CancellationToken stop)
    {
        using var flight = new PartFlight(_context.Operations.Time, hasBody: false, stop);
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
        return await BeforeCommitAsync(
            (_context.Backend, Request: request),
            static (state, token) => state.Backend.CopyPartAsync(state.Request, token),
            flight.Token).ConfigureAwait(false);
    }

    public Task<ObjectProperties> CompleteAsync(
        WriteProtocol writes, IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
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

    /// <summary>Discards what was stored. Runs on even when the caller has cancelled.</summary>
    public Task AbortAsync()
    {
        var request = new AbortUploadRequest { Bucket = _address.Bucket, Key = _address.Key, UploadId = _uploadId, IsTransient = true };
        return UploadAbort.TryAsync(_context, request);
    }

    private static async Task<T> BeforeCommitAsync<TState, T>(
        TState state, Func<TState, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send(state, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.IsOutcomeUnknown)
        {
            throw error.WithOutcome(isUnknown: false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw Operations.Timeout(cancelled, isOutcomeUnknown: false);
        }
        catch (Exception thrown)
            when (thrown is not (StorageException or OperationCanceledException or ArgumentException or ObjectDisposedException))
        {
            throw Operations.Unforeseen(thrown, isOutcomeUnknown: false);
        }
    }
}
