using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Resilience.Calls;

/// <summary>
/// The base of decorators that treat every call alike. It passes all calls that send requests to <see cref="RunAsync"/>. The body of a get
/// is not part of the call. Signing of URLs is forwarded, because most backends sign without a request.
/// </summary>
/// <param name="inner">The backend underneath.</param>
internal abstract class GuardedBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    /// <inheritdoc/>
    protected override bool ForwardsPresign => true;

    /// <summary>Runs one call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="state">Handed to <paramref name="send"/>, so it can be a static lambda.</param>
    /// <param name="send">Calls the backend underneath once.</param>
    /// <param name="cancellationToken">The token of the caller.</param>
    public abstract ValueTask<T> RunAsync<TState, T>(
        BackendCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) => RunAsync(
        BackendCall.Sending("Put", request.Body.CanReplay, !request.Condition.IsNone),
        (Inner, request),
        static (state, token) => state.Inner.PutAsync(state.request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) => RunAsync(
        BackendCall.Read("Get"), (Inner, request), static (state, token) => state.Inner.GetAsync(state.request, token), cancellationToken);

    /// <inheritdoc/>
    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("Head"),
        request,
        static (inner, request, token) => inner.HeadAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        new BackendCall("Delete", request.Condition.IsNone ? CallKind.Write : CallKind.OneTimeWrite),
        request,
        static (inner, request, token) => inner.DeleteAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(
        DeleteManyRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Write("DeleteMany"),
        request,
        static (inner, request, token) => inner.DeleteManyAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        new BackendCall("Copy", request.Condition.IsNone ? CallKind.Write : CallKind.OneTimeWrite),
        request,
        static (inner, request, token) => inner.CopyAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("List"),
        request,
        static (inner, request, token) => inner.ListAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("ListForeignNames"),
        request,
        static (inner, request, token) => inner.ListForeignNamesAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Write("CreateMultipartUpload"),
        request,
        static (inner, request, token) => inner.CreateUploadAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        PartedWrite write = await RunTaskAsync(
            BackendCall.Write("CreateMultipartUpload"),
            request,
            static (inner, request, token) => inner.BeginPartsAsync(request, token),
            cancellationToken).ConfigureAwait(false);
        return new GuardedWrite(this, write);
    }

    /// <inheritdoc/>
    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Sending("UploadPart", request.Body.CanReplay),
        request,
        static (inner, request, token) => inner.UploadPartAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Write("CopyPart"),
        request,
        static (inner, request, token) => inner.CopyPartAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("ListParts"),
        request,
        static (inner, request, token) => inner.ListPartsAsync(request, token),
        cancellationToken);

    /// <summary>An upload can be completed once only, so a completion can be repeated although it may have taken effect.</summary>
    public override Task<ObjectProperties> CompleteUploadAsync(
        CompleteUploadRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Write("CompleteMultipartUpload"),
        request,
        static (inner, request, token) => inner.CompleteUploadAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Write("AbortMultipartUpload"),
        request,
        static (inner, request, token) => inner.AbortUploadAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<ListUploadsResult> ListUploadsAsync(
        ListUploadsRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("ListMultipartUploads"),
        request,
        static (inner, request, token) => inner.ListUploadsAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Write("CreateBucket"),
        request,
        static (inner, request, token) => inner.CreateBucketAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Write("DeleteBucket"),
        request,
        static (inner, request, token) => inner.DeleteBucketAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("BucketExists"),
        request,
        static (inner, request, token) => inner.BucketExistsAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<ListBucketsResult> ListBucketsAsync(
        ListBucketsRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("ListBuckets"),
        request,
        static (inner, request, token) => inner.ListBucketsAsync(request, token),
        cancellationToken);

    /// <inheritdoc/>
    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) => RunTaskAsync(
        BackendCall.Read("Check"),
        request,
        static (inner, request, token) => inner.CheckAsync(request, token),
        cancellationToken);

    private Task<T> RunTaskAsync<TRequest, T>(
        BackendCall call,
        TRequest request,
        Func<StorageBackend, TRequest, CancellationToken, Task<T>> send,
        CancellationToken cancellationToken) =>
        RunAsync(
            call,
            (Inner, request, send),
            static (state, token) => new ValueTask<T>(state.send(state.Inner, state.request, token)),
            cancellationToken).AsTask();

    /// <summary>Runs a call without a result.</summary>
    private Task<bool> RunTaskAsync<TRequest>(
        BackendCall call,
        TRequest request,
        Func<StorageBackend, TRequest, CancellationToken, Task> send,
        CancellationToken cancellationToken) =>
        RunAsync(
            call,
            (Inner, request, send),
            static async (state, token) =>
            {
                await state.send(state.Inner, state.request, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).AsTask();
}
