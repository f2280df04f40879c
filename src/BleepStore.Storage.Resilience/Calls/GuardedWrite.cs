using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Resilience.Calls;

/// <summary>A large object that is written by parts, each of which is a call of the decorator.</summary>
/// <param name="backend">The decorator.</param>
/// <param name="inner">The write underneath.</param>
internal sealed class GuardedWrite(GuardedBackend backend, PartedWrite inner) : PartedWrite
{
    public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) => backend.RunAsync(
        BackendCall.Sending("UploadPart", body.CanReplay),
        (inner, partNumber, body),
        static (state, token) => new ValueTask<PartInfo>(state.inner.SendAsync(state.partNumber, state.body, token)),
        cancellationToken).AsTask();

    public override Task<PartInfo> CopyAsync(
        int partNumber,
        ObjectAddress source,
        ObjectProperties sourceProperties,
        ContentRange range,
        CancellationToken cancellationToken) => backend.RunAsync(
        BackendCall.Write("CopyPart"),
        (inner, partNumber, source, sourceProperties, range),
        static (state, token) => new ValueTask<PartInfo>(
            state.inner.CopyAsync(state.partNumber, state.source, state.sourceProperties, state.range, token)),
        cancellationToken).AsTask();

    public override Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken) => backend.RunAsync(
        new BackendCall("CompleteMultipartUpload", inner.CanRepeatCompletion ? CallKind.Write : CallKind.OneTimeWrite),
        (inner, parts, condition),
        static (state, token) => new ValueTask<ObjectProperties>(state.inner.CompleteAsync(state.parts, state.condition, token)),
        cancellationToken).AsTask();

    public override Task AbortAsync(CancellationToken cancellationToken) => backend.RunAsync(
        BackendCall.Write("AbortMultipartUpload"),
        inner,
        static async (inner, token) =>
        {
            await inner.AbortAsync(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken).AsTask();
}
