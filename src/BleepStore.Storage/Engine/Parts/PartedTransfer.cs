using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>
/// A <see cref="PartedWrite"/> inside one call of this library. Whatever fails before it is completed has certainly not made the object.
/// </summary>
internal sealed class PartedTransfer
{
    private readonly StoreContext _context;
    private readonly CreateUploadRequest _begun;
    private readonly PartedWrite _write;

    private PartedTransfer(StoreContext context, CreateUploadRequest begun, PartedWrite write)
    {
        _context = context;
        _begun = begun;
        _write = write;
    }

    public static async Task<PartedTransfer> BeginAsync(
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
            WriteToken = WriteToken.Create(copySource is null ? context.Settings.Plan : null),
            CopySource = copySource,
            Layout = copySource is null ? context.Settings.Plan.Layout : null,
        };
        PartedWrite write = await BeforeCommitAsync(
            (Context: context, Request: request),
            static (state, token) => UploadStart.RunAsync(
                state.Context,
                state.Request,
                static (backend, begun, cancel) => backend.BeginPartsAsync(begun, cancel),
                token),
            cancellationToken).ConfigureAwait(false);
        return new PartedTransfer(context, request, write);
    }

    public async Task<PartInfo> SendPartAsync(int number, PartBody part, ProgressMeter? meter, CancellationToken stop)
    {
        using var flight = new PartFlight(_context.Operations.Time, hasBody: true, stop);
        PartBody guarded = flight.Guard(part);
        StorageBody body = meter is null ? guarded : new MeteredBody(guarded, meter);
        return await BeforeCommitAsync(
            (Write: _write, Number: number, Body: body),
            static (state, token) => state.Write.SendAsync(state.Number, state.Body, token),
            flight.Token).ConfigureAwait(false);
    }

    public async Task<PartInfo> CopyPartAsync(
        int number, ObjectAddress source, ObjectProperties properties, ContentRange range, CancellationToken stop)
    {
        using var flight = new PartFlight(_context.Operations.Time, hasBody: false, stop);
        return await BeforeCommitAsync(
            (Write: _write, Number: number, Source: source, Properties: properties, Range: range),
            static (state, token) => state.Write.CopyAsync(state.Number, state.Source, state.Properties, state.Range, token),
            flight.Token).ConfigureAwait(false);
    }

    public Task<ObjectProperties> CompleteAsync(
        WriteProtocol writes, IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken) =>
        writes.CompleteAsync(_write, _begun, parts, condition, cancellationToken);

    /// <summary>Discards the stored parts. It continues even when the caller has cancelled.</summary>
    public Task AbortAsync() => UploadAbort.TryAsync(
        _context, _begun.Bucket, _begun.Key, _begun.WriteToken, _write, static (write, token) => write.AbortAsync(token));

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
