using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage.Engine.Copies;

/// <summary>
/// Copies on the server. An object up to the backend's limit is copied in one request, and a larger one by parts. The source is pinned to
/// one revision throughout.
/// </summary>
internal sealed class CopyTransfer(StoreContext context, WriteProtocol writes)
{
    /// <summary>A part costs a request, but no bytes pass through the client, so few large parts are best.</summary>
    private const long CopyPartSize = 512L * 1024 * 1024;

    public async Task<ObjectProperties> RunAsync(ObjectCopy copy, CancellationToken cancellationToken)
    {
        ObjectProperties source = await context.Operations.RunStepAsync(
            copy.Operation,
            copy.Source,
            (Transfer: this, Copy: copy),
            static (state, token) => state.Transfer.ReadSourceAsync(state.Copy, token),
            cancellationToken).ConfigureAwait(false);
        if (source.Size <= context.Capabilities.MaxCopySize)
        {
            return await CopyWholeAsync(copy, source, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await CopyByPartsAsync(copy, source, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.UploadInvalidated)
        {
            // Another write to the key ended the upload. The source still exists, so the copy is tried once more, as for a put.
            return await WriteProtocol.AfterAsync(
                error,
                (Transfer: this, Copy: copy, Source: source),
                static (state, token) => state.Transfer.CopyByPartsAsync(state.Copy, state.Source, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ObjectProperties> ReadSourceAsync(ObjectCopy copy, CancellationToken cancellationToken)
    {
        var request = new HeadRequest { Bucket = copy.Source.Bucket, Key = copy.Source.Key, IsForWrite = true };
        ObjectProperties source = (await context.Backend.HeadAsync(request, cancellationToken).ConfigureAwait(false)).Properties;
        try
        {
            copy.SourceConditions.ThrowIfNotMet(source);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotModified)
        {
            throw new StorageException(
                StorageErrorCode.PreconditionFailed, "The source still has the ETag that the condition excludes.", error);
        }

        new WriteCondition { IfRevision = copy.SourceRevision }.ThrowIfNotMet(source);
        return source;
    }

    private ValueTask<ObjectProperties> CopyWholeAsync(ObjectCopy copy, ObjectProperties source, CancellationToken cancellationToken)
    {
        // For a copy onto the source itself, the required revision of the source is also a condition.
        string? token = copy.Condition.IsNone && copy.Source != copy.Destination ? null : WriteToken.Create();
        var request = new CopyRequest
        {
            Source = copy.Source,
            SourceProperties = source,
            Bucket = copy.Destination.Bucket,
            Key = copy.Destination.Key,
            Attributes = copy.Attributes,
            WriteToken = token,
        };
        return writes.WriteAsync(
            OperationNames.Copy,
            copy.Destination,
            copy.Condition,
            token,
            body: null,
            canRepeat: true,
            (context.Backend, Request: request),
            static (state, condition, cancel) =>
                new ValueTask<ObjectProperties>(state.Backend.CopyAsync(state.Request with { Condition = condition }, cancel)),
            cancellationToken);
    }

    private async Task<ObjectProperties> CopyByPartsAsync(ObjectCopy copy, ObjectProperties source, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = copy.Attributes ?? source.WithoutProperties();
        var upload = await PartedTransfer.BeginAsync(context, copy.Destination, attributes, copy.Source, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            long partSize = Math.Min(CopyPartSize, context.Capabilities.MaxCopySize);
            ContentRange[] ranges = Cut(source.Size, partSize, context.Capabilities.PartAlignment);
            var parts = new PartInfo[ranges.Length];
            var parallel =
                new ParallelOptions { MaxDegreeOfParallelism = context.Settings.MaxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, ranges.Length, parallel, async (at, token) =>
                parts[at] = await upload.CopyPartAsync(at + 1, copy.Source, source, ranges[at], token).ConfigureAwait(false))
                    .ConfigureAwait(false);
            return await upload.CompleteAsync(writes, parts, copy.Condition, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await upload.AbortAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static ContentRange[] Cut(long size, long partSize, long alignment)
    {
        // Bytes that are encrypted in chunks can be cut only between two chunks.
        long least = (size + PartPlan.MaximumParts - 1) / PartPlan.MaximumParts;
        long part = least <= partSize ? partSize : (least + alignment - 1) / alignment * alignment;
        var ranges = new ContentRange[(size + part - 1) / part];
        for (int at = 0; at < ranges.Length; at++)
        {
            long offset = at * part;
            ranges[at] = new ContentRange(offset, Math.Min(part, size - offset), size);
        }

        return ranges;
    }
}
