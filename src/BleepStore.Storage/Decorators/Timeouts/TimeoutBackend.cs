using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Timeouts;

/// <summary>Limits the wait for the answer to every request. Work on the server keeps the limit of the store.</summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="firstByte">How long a request may wait for its answer.</param>
/// <param name="time">The clock.</param>
internal sealed class TimeoutBackend(StorageBackend inner, TimeSpan firstByte, TimeProvider time) : DelegatingBackend(inner)
{
    private readonly RequestTimers _timers = new(firstByte, time);

    protected override bool ForwardsPresign => true;

    public override void SetLimits(RequestLimits limits)
    {
        base.SetLimits(limits);
        _timers.SetLimits(limits);
    }

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        RequestTimer timer = _timers.Start(cancellationToken);
        var body = new TimedBody(request.Body, timer);
        PutRequest timed = request with { Body = body };
        return new ValueTask<ObjectProperties>(RequestTimers.RunAsync(
            timer, isWrite: true, body, Inner, timed, static (inner, request, token) => inner.PutAsync(request, token).AsTask()));
    }

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        new(ReadAsync(request, static (inner, request, token) => inner.GetAsync(request, token).AsTask(), cancellationToken));

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => inner.HeadAsync(request, token), cancellationToken);

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request, static (inner, request, token) => DoneAsync(inner.DeleteAsync(request, token)), cancellationToken);

    public override async ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        await ReadAsync(
            bucket, (_, bucket, token) => base.DeletesConditionallyAsync(bucket, token).AsTask(), cancellationToken).ConfigureAwait(false);

    /// <summary>Backends without batches send a request for each key.</summary>
    public override Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken) =>
        WorkAsync(request, static (inner, request, token) => inner.DeleteManyAsync(request, token), cancellationToken);

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        WorkAsync(request, static (inner, request, token) => inner.CopyAsync(request, token), cancellationToken);

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => inner.ListAsync(request, token), cancellationToken);

    public override Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => inner.ListForeignNamesAsync(request, token), cancellationToken);

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request, static (inner, request, token) => inner.CreateUploadAsync(request, token), cancellationToken);

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        PartedWrite write = await WriteAsync(
            request, static (inner, request, token) => inner.BeginPartsAsync(request, token), cancellationToken).ConfigureAwait(false);
        return new TimedWrite(write, _timers);
    }

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        RequestTimer timer = _timers.Start(cancellationToken);
        var body = new TimedBody(request.Body, timer);
        UploadPartRequest timed = request with { Body = body };
        return RequestTimers.RunAsync(
            timer, isWrite: true, body, Inner, timed, static (inner, request, token) => inner.UploadPartAsync(request, token));
    }

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        WorkAsync(request, static (inner, request, token) => inner.CopyPartAsync(request, token), cancellationToken);

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => inner.ListPartsAsync(request, token), cancellationToken);

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        WorkAsync(request, static (inner, request, token) => inner.CompleteUploadAsync(request, token), cancellationToken);

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request, static (inner, request, token) => DoneAsync(inner.AbortUploadAsync(request, token)), cancellationToken);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => inner.ListUploadsAsync(request, token), cancellationToken);

    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request, static (inner, request, token) => DoneAsync(inner.CreateBucketAsync(request, token)), cancellationToken);

    /// <summary>The bucket is looked through, and its uploads are aborted.</summary>
    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
        WorkAsync(request, static (inner, request, token) => DoneAsync(inner.DeleteBucketAsync(request, token)), cancellationToken);

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => inner.BucketExistsAsync(request, token), cancellationToken);

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => inner.ListBucketsAsync(request, token), cancellationToken);

    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, static (inner, request, token) => DoneAsync(inner.CheckAsync(request, token)), cancellationToken);

    private Task<T> ReadAsync<TRequest, T>(
        TRequest request, Func<StorageBackend, TRequest, CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        RequestTimers.RunAsync(_timers.Start(cancellationToken), isWrite: false, body: null, Inner, request, send);

    private Task<T> WriteAsync<TRequest, T>(
        TRequest request, Func<StorageBackend, TRequest, CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        RequestTimers.RunAsync(_timers.Start(cancellationToken), isWrite: true, body: null, Inner, request, send);

    private Task<T> WorkAsync<TRequest, T>(
        TRequest request, Func<StorageBackend, TRequest, CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        RequestTimers.RunAsync(_timers.StartServerWork(cancellationToken), isWrite: true, body: null, Inner, request, send);

    private static async Task<bool> DoneAsync(Task request)
    {
        await request.ConfigureAwait(false);
        return true;
    }
}
