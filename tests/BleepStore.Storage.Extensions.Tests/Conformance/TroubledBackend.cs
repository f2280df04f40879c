using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>
/// Fails one call in three for a moment, in no regular order. With every third call, a caller in step with others met the failing one twenty
/// times in a row. Reads, and writes that must not take effect twice, are refused. Of other writes, and of those that carry a token, the answer
/// is lost half of the times.
/// </summary>
/// <param name="inner">The backend underneath.</param>
internal sealed class TroubledBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    private const uint FailsOneIn = 3;
    private int _calls;

    public override StorageCapabilities Capabilities { get; } = inner.Capabilities with { StreamsPuts = false, ComparesETags = false };

    /// <summary>
    /// Whether answers get lost. Off where many write one key, because a write that landed and was overwritten before anybody looked cannot
    /// be told from one that never landed.
    /// </summary>
    public bool LosesAnswers { get; init; } = true;

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        await TroubleAsync(() => base.PutAsync(request, cancellationToken).AsTask(), canLose: true);

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        await TroubleAsync(() => base.GetAsync(request, cancellationToken).AsTask());

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        TroubleAsync(() => base.HeadAsync(request, cancellationToken));

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => TroubleAsync(
        async () =>
        {
            await base.DeleteAsync(request, cancellationToken);
            return true;
        },
        canLose: request.Condition.IsNone);

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        TroubleAsync(() => base.CopyAsync(request, cancellationToken), canLose: true);

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        TroubleAsync(() => base.ListAsync(request, cancellationToken));

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        TroubleAsync(() => base.UploadPartAsync(request, cancellationToken), canLose: true);

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        TroubleAsync(() => base.CopyPartAsync(request, cancellationToken), canLose: true);

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        TroubleAsync(() => base.CompleteUploadAsync(request, cancellationToken), canLose: true);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        TroubleAsync(() => base.ListUploadsAsync(request, cancellationToken));

    /// <summary>The finalizer of MurmurHash3: numbers that follow each other become numbers that do not.</summary>
    private static uint Mix(uint value)
    {
        value = (value ^ (value >> 16)) * 0x85EBCA6B;
        value = (value ^ (value >> 13)) * 0xC2B2AE35;
        return value ^ (value >> 16);
    }

    private async Task<T> TroubleAsync<T>(Func<Task<T>> send, bool canLose = false)
    {
        uint mixed = Mix((uint)Interlocked.Increment(ref _calls));
        if (mixed % FailsOneIn != 0)
        {
            return await send();
        }

        if (!canLose || !LosesAnswers || mixed / FailsOneIn % 2 == 0)
        {
            throw new StorageException(StorageErrorCode.SlowDown, "Too many requests.");
        }

        await send();
        throw new StorageException(StorageErrorCode.ServiceUnavailable, "The answer was lost.") { IsOutcomeUnknown = true };
    }
}
