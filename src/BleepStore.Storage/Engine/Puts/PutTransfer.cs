using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// Stores a content in the way that the backend and the size ask for. Where the backend streams puts, the bytes go straight through. Where
/// it has no parts, they go in one request. Otherwise they go in one request up to the threshold, and in parts above it.
/// </summary>
internal sealed class PutTransfer(StoreContext context, WriteProtocol writes)
{
    private PartPlan Plan => context.Settings.Plan;

    /// <param name="put">The object to store.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="declaredLength">The declared number of bytes, if the caller has declared one.</param>
    /// <param name="cancellationToken">Stops the put.</param>
    public ValueTask<ObjectProperties> RunAsync(
        ObjectPut put, GivenContent content, long? declaredLength, CancellationToken cancellationToken)
    {
        if (content.Bytes is { } bytes && bytes.Length <= Plan.Threshold)
        {
            GivenContent.CheckLength(declaredLength, bytes.Length);
            put.Meter?.Begin(bytes.Length);
            return PutBytesAsync(put, bytes, cancellationToken);
        }

        return new ValueTask<ObjectProperties>(RunAsync(put, content.Open(declaredLength, context.Operations.Time), cancellationToken));
    }

    private Task<ObjectProperties> RunAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        if (put.SinglePart && !content.CanRestart && content.Length > Plan.PartSize)
        {
            throw LengthLimit.SinglePartTooLarge();
        }

        if ((put.SinglePart || !context.Capabilities.WritesInParts) && content.Length > context.Capabilities.MaxPutSize)
        {
            throw LengthLimit.PutTooLarge(context.Capabilities.MaxPutSize);
        }

        put.Meter?.Begin(content.Length);
        return ContentTransfer.RunAsync(
            context,
            content,
            Share(put, content),
            (Transfer: this, Put: put),
            static (state, content, token) => state.Transfer.StoreAsync(state.Put, content, token),
            cancellationToken);
    }

    private async Task<ObjectProperties> StoreAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        if (context.Capabilities.StreamsPuts)
        {
            return await PutStreamedAsync(put, content, cancellationToken).ConfigureAwait(false);
        }

        if (!context.Capabilities.WritesInParts)
        {
            return await PutWholeAsync(put, content, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await PutInOneOrInPartsAsync(put, content, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.UploadInvalidated && content.CanRestart)
        {
            // Another write to the key ended the upload. The bytes are still available, so the put is tried once more with another upload.
            return await WriteProtocol.AfterAsync(
                error,
                (Transfer: this, Put: put, Content: content),
                static (state, token) => state.Transfer.PutInOneOrInPartsAsync(state.Put, state.Content, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How many bytes the put can hold at a time.</summary>
    private long Share(ObjectPut put, Content content)
    {
        TransferSettings settings = context.Settings;
        long length = content.Length ?? long.MaxValue;
        if (context.Capabilities.StreamsPuts)
        {
            long blocks = put.SinglePart ? HashingStream.FewBlocks : HashingStream.BlocksFor(settings);
            long held = Math.Min(length, blocks * HashingStream.BlockSize);
            return length > Plan.Threshold ? Math.Max(held, context.Gate.ShareOfThreads) : held;
        }

        if (!content.HoldsParts)
        {
            long parts = put.SinglePart || !context.Capabilities.WritesInParts ? 1 : 1 + (length / Plan.PartSize);
            return Math.Min(parts, settings.MaxConcurrency) * TransferGate.ShareOfRequest;
        }

        return Math.Min(length, context.Capabilities.WritesInParts ? HeldParts(content.Length ?? 0) : settings.MemoryBudget);
    }

    /// <summary>
    /// Returns how many bytes are held at a time. These are the parts that are being sent, or the parts that are collected until they
    /// exceed the threshold. Part sizes grow after every thousand parts. Few objects of unknown length are that large, so their parts count
    /// as not growing.
    /// </summary>
    private long HeldParts(long length)
    {
        TransferSettings settings = context.Settings;
        if (length > Plan.PartSize * PartPlan.PartsPerStep)
        {
            return settings.MemoryBudget;
        }

        long sent = settings.MaxBufferedParts * Plan.PartSize;
        long collected = Plan.Threshold + Plan.PartSize;
        return Math.Min(settings.MemoryBudget, Math.Max(sent, collected));
    }

    private ValueTask<ObjectProperties> PutBytesAsync(ObjectPut put, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var body = new MemoryBody(bytes);
        RequireDigest(put, body);
        return SendAsync(put, body, cancellationToken);
    }

    private ValueTask<ObjectProperties> PutStreamedAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        LengthLimit limit = put.SinglePart && !content.CanRestart ? LengthLimit.SinglePart(Plan.PartSize) : LengthLimit.None;
        int blocks = put.SinglePart ? HashingStream.FewBlocks : HashingStream.BlocksFor(context.Settings);
        var body = new StreamedBody(content, () => new ETagHasher(Plan, content.Length, put.SinglePart, put.ExpectedMd5), limit, blocks);
        return SendAsync(put, body, cancellationToken);
    }

    /// <summary>
    /// Sends everything in one request, for a service without parts. A source that is read in place is read twice. The bytes of any other
    /// source are held in memory up to the budget, and otherwise in a temporary file.
    /// </summary>
    private async Task<ObjectProperties> PutWholeAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        using var etag = new ETagHasher(Plan, content.Length, put.SinglePart, expected: null);
        content.BeginParts(new MemoryBudget(context.Settings.MemoryBudget), etag);
        bool isHeld = put.SinglePart && !content.CanRestart;
        long most = isHeld ? Plan.PartSize : context.Capabilities.MaxPutSize;
        using PartBody all = (await content.NextPartAsync(most, canWait: false, cancellationToken).ConfigureAwait(false))!;
        using PartBody? more = await content.NextPartAsync(1, canWait: false, cancellationToken).ConfigureAwait(false);
        if (more is not null)
        {
            throw isHeld ? LengthLimit.SinglePartTooLarge() : LengthLimit.PutTooLarge(most);
        }

        var whole = new WholePart(all, etag.Finish());
        RequireDigest(put, whole);
        return await PartBody.ExplainRefusalAsync(whole, SendAsync(put, whole, cancellationToken).AsTask(), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<ObjectProperties> PutInOneOrInPartsAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        content.BeginParts(new MemoryBudget(context.Settings.MemoryBudget), hashesAll: put.ExpectedMd5 is not null);
        var collected = new Queue<PartBody>();
        try
        {
            bool ended = await CollectAsync(put, content, collected, cancellationToken).ConfigureAwait(false);
            if (!ended)
            {
                return await new PartedPut(context, writes).RunAsync(put, content, collected, cancellationToken).ConfigureAwait(false);
            }

            PartBody whole = await JoinedPart.JoinAsync([.. collected], cancellationToken).ConfigureAwait(false);
            RequireDigest(put, whole);
            Task<ObjectProperties> sending = SendAsync(put, whole, cancellationToken).AsTask();
            return await PartBody.ExplainRefusalAsync(whole, sending, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (PartBody part in collected)
            {
                part.Dispose();
            }
        }
    }

    /// <summary>Reads parts until it is clear whether the content fits in one request.</summary>
    /// <returns>Whether the content fits. The collected parts are then complete.</returns>
    private async Task<bool> CollectAsync(ObjectPut put, Content content, Queue<PartBody> collected, CancellationToken cancellationToken)
    {
        if (content.CanRestart && (put.SinglePart || content.Length <= Plan.Threshold))
        {
            collected.Enqueue(
                (await content.NextPartAsync(content.Length!.Value, canWait: false, cancellationToken).ConfigureAwait(false))!);
            return await content.NextPartAsync(1, canWait: false, cancellationToken).ConfigureAwait(false) is null;
        }

        long total = 0;
        while (await content.NextPartAsync(Plan.SizeOf(collected.Count + 1), canWait: false, cancellationToken)
            .ConfigureAwait(false) is { } part)
        {
            collected.Enqueue(part);
            total += part.Size;
            if (put.SinglePart && total > Plan.PartSize)
            {
                throw LengthLimit.SinglePartTooLarge();
            }

            if (total > Plan.Threshold)
            {
                return false;
            }
        }

        return true;
    }

    private ValueTask<ObjectProperties> SendAsync(ObjectPut put, StorageBody body, CancellationToken cancellationToken)
    {
        string? token = put.Condition.IsNone && !put.IsRecognisable ? null : WriteToken.Create();
        var request = new PutRequest
        {
            Bucket = put.Address.Bucket,
            Key = put.Address.Key,
            Body = put.Meter is { } meter ? new MeteredBody(body, meter) : body,
            Attributes = put.Attributes,
            Condition = put.Condition,
            WriteToken = token,
        };
        return writes.WriteAsync(
            OperationNames.Put,
            put.Address,
            put.Condition,
            token,
            body,
            body.CanReplay,
            (context.Backend, Request: request),
            static (state, condition, cancel) => state.Backend.PutAsync(state.Request.Under(condition), cancel),
            cancellationToken);
    }

    private static void RequireDigest(ObjectPut put, StorageBody body)
    {
        if (put.ExpectedMd5 is { } expected && !expected.Span.SequenceEqual(body.Md5!.Value.Span))
        {
            throw ETagHasher.BadDigest(expected.Span, body.Md5.Value.Span);
        }
    }
}
