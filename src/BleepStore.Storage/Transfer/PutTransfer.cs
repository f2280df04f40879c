using BleepStore.Storage.Backends;
using BleepStore.Storage.Conditions;
using BleepStore.Storage.Diagnostics;
using BleepStore.Storage.Hashing;

namespace BleepStore.Storage.Transfer;

/// <summary>Stores a content: straight through, in one replayable request, or in parts, as the backend and the size ask.</summary>
internal sealed class PutTransfer(StoreContext context, WriteProtocol writes)
{
    private PartPlan Plan => context.Settings.Plan;

    public async Task<ObjectProperties> RunAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        if (put.SinglePart && !content.CanRestart && content.Length > Plan.PartSize)
        {
            throw LengthLimit.SinglePartTooLarge();
        }

        if (content is MemoryContent { Length: var length } memory && length <= Plan.Threshold)
        {
            return await PutBytesAsync(put, memory.Bytes, cancellationToken).ConfigureAwait(false);
        }

        if (context.Capabilities.StreamsPuts)
        {
            return await PutStreamedAsync(put, content, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await PutBufferedAsync(put, content, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.UploadInvalidated && content.CanRestart)
        {
            // Another write to the key threw the staged parts away. Nothing of ours is visible, and the bytes are still there: once more.
            return await PutBufferedAsync(put, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ObjectProperties> PutBytesAsync(ObjectPut put, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var body = new MemoryBody(bytes);
        RequireDigest(put, body);
        return SendAsync(put, body, cancellationToken);
    }

    private Task<ObjectProperties> PutStreamedAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        LengthLimit limit = put.SinglePart && !content.CanRestart ? LengthLimit.SinglePart(Plan.PartSize) : LengthLimit.None;
        int blocks = put.SinglePart ? HashingStream.FewBlocks : context.Settings.HashedBlocks;
        var body = new StreamedBody(content, () => new ETagHasher(Plan, content.Length, put.SinglePart, put.ExpectedMd5), limit, blocks);
        return SendAsync(put, body, cancellationToken);
    }

    private async Task<ObjectProperties> PutBufferedAsync(ObjectPut put, Content content, CancellationToken cancellationToken)
    {
        using PartReader reader = content.OpenParts(new MemoryBudget(context.Settings.MemoryBudget));
        if (put.ExpectedMd5 is not null)
        {
            reader.HashWhole();
        }

        var collected = new Queue<PartBody>();
        try
        {
            bool ended = await CollectAsync(put, content, reader, collected, cancellationToken).ConfigureAwait(false);
            if (!ended)
            {
                return await new PartedPut(context, writes).RunAsync(put, reader, collected, cancellationToken).ConfigureAwait(false);
            }

            PartBody whole = await JoinedPart.JoinAsync([.. collected], cancellationToken).ConfigureAwait(false);
            RequireDigest(put, whole);
            return await SendAsync(put, whole, cancellationToken).ConfigureAwait(false);
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
    /// <returns>Whether it does; then the parts collected are all there is.</returns>
    private async Task<bool> CollectAsync(ObjectPut put, Content content, PartReader reader, Queue<PartBody> collected, CancellationToken cancellationToken)
    {
        if (content.CanRestart && (put.SinglePart || content.Length <= Plan.Threshold))
        {
            collected.Enqueue((await reader.NextAsync(content.Length!.Value, canWait: false, cancellationToken).ConfigureAwait(false))!);
            return await reader.NextAsync(1, canWait: false, cancellationToken).ConfigureAwait(false) is null;
        }

        long total = 0;
        while (await reader.NextAsync(Plan.SizeOf(collected.Count + 1), canWait: false, cancellationToken).ConfigureAwait(false) is { } part)
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

    private Task<ObjectProperties> SendAsync(ObjectPut put, BodySource body, CancellationToken cancellationToken)
    {
        string? token = put.Condition.IsNone ? null : WriteToken.Create();
        var request = new PutRequest
        {
            Bucket = put.Address.Bucket,
            Key = put.Address.Key,
            Body = new StorageBody(body),
            Attributes = put.Attributes,
            WriteToken = token,
        };
        return writes.WriteAsync(
            OperationNames.Put,
            put.Address,
            put.Condition,
            token,
            body.CanReplay,
            (context.Backend, Request: request),
            static (state, condition, cancel) => state.Backend.PutAsync(state.Request with { Condition = condition }, cancel),
            cancellationToken);
    }

    private static void RequireDigest(ObjectPut put, BodySource body)
    {
        if (put.ExpectedMd5 is { } expected && !expected.Span.SequenceEqual(body.Md5!.Value.Span))
        {
            throw ETagHasher.BadDigest(expected.Span, body.Md5.Value.Span);
        }
    }
}
