using BleepStore.Storage.Backends;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Parts;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>Stores one part of a caller's multipart upload.</summary>
internal sealed class PartTransfer(StoreContext context)
{
    /// <param name="target">Where it goes.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="expected">The MD5 they must have.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    public Task<PartInfo> RunAsync(PartTarget target, Content content, ReadOnlyMemory<byte>? expected, CancellationToken cancellationToken)
    {
        LengthLimit.Part.Check(content.Length ?? 0);
        return ContentTransfer.RunAsync(
            context,
            content,
            Share(content),
            (Transfer: this, Target: target, Expected: expected),
            static (state, content, token) => state.Transfer.StoreAsync(state.Target, content, state.Expected, token),
            cancellationToken);
    }

    private async Task<PartInfo> StoreAsync(
        PartTarget target, Content content, ReadOnlyMemory<byte>? expected, CancellationToken cancellationToken)
    {
        if (context.Capabilities.StreamsPuts)
        {
            var body = new StreamedBody(
                content,
                () => new ETagHasher(context.Settings.Plan, content.Length, singlePart: true, expected),
                LengthLimit.Part,
                HashingStream.FewBlocks);
            return await SendAsync(target, body, cancellationToken).ConfigureAwait(false);
        }

        content.BeginParts(new MemoryBudget(context.Settings.MemoryBudget));
        using PartBody part = (await content.NextPartAsync(
            content.Length ?? ObjectStoreOptions.MaximumPartSize, canWait: false, cancellationToken).ConfigureAwait(false))!;
        if (await content.NextPartAsync(1, canWait: false, cancellationToken).ConfigureAwait(false) is { } more)
        {
            more.Dispose();
            throw LengthLimit.Part.Exceeded();
        }

        if (expected is { } md5 && !md5.Span.SequenceEqual(part.Md5!.Value.Span))
        {
            throw ETagHasher.BadDigest(md5.Span, part.Md5.Value.Span);
        }

        return await SendAsync(target, part, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many bytes the part can hold at a time. A larger one is spooled to a file.</summary>
    private long Share(Content content) =>
        context.Capabilities.StreamsPuts ? HashingStream.FewBlocks * HashingStream.BlockSize
        : !content.HoldsParts ? TransferGate.ShareOfRequest
        : Math.Min(content.Length ?? long.MaxValue, context.Settings.MemoryBudget);

    private Task<PartInfo> SendAsync(PartTarget target, StorageBody body, CancellationToken cancellationToken)
    {
        var request = new UploadPartRequest
        {
            Bucket = target.Address.Bucket,
            Key = target.Address.Key,
            UploadId = target.UploadId,
            PartNumber = target.PartNumber,
            Body = body,
        };
        return PartBody.ExplainRefusalAsync(body, context.Backend.UploadPartAsync(request, cancellationToken), cancellationToken);
    }
}
