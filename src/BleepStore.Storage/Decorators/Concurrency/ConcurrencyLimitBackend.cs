using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Decorators.Concurrency;

/// <summary>Limits how many requests are under way upstream at a time.</summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="maxConcurrent">How many.</param>
/// <param name="time">The clock.</param>
internal sealed class ConcurrencyLimitBackend(StorageBackend inner, int maxConcurrent, TimeProvider time) : DelegatingBackend(inner)
{
    private readonly RequestPlaces _places = new(maxConcurrent, time);

    /// <summary>For tests.</summary>
    internal RequestPlaces Places => _places;

    protected override bool ForwardsPresign => true;

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        using RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await Inner.PutAsync(request with { Body = PlacedBody.Of(request.Body, place) }, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            GetResult found = await Inner.GetAsync(request, cancellationToken).ConfigureAwait(false);
            return found with { Content = new PlacedContent(found.Content, found.Range.Length, place) };
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.HeadAsync(request, token), cancellationToken);

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.DeleteAsync(request, token), cancellationToken);

    public override async ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken)
    {
        using RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await base.DeletesConditionallyAsync(bucket, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Backends without batches send a request for each key, so the call gets as many requests as it has places.</summary>
    public override async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        using RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        List<RequestPlace> more = _places.TakeFree(request.MaxConcurrency - 1);
        try
        {
            return await Inner.DeleteManyAsync(request with { MaxConcurrency = 1 + more.Count }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            more.ForEach(static one => one.Dispose());
        }
    }

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.CopyAsync(request, token), cancellationToken);

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.ListAsync(request, token), cancellationToken);

    public override Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.ListForeignNamesAsync(request, token), cancellationToken);

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.CreateUploadAsync(request, token), cancellationToken);

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        using RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        return new PlacedWrite(await Inner.BeginPartsAsync(request, cancellationToken).ConfigureAwait(false), _places);
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        using RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        UploadPartRequest placed = request with { Body = PlacedBody.Of(request.Body, place) };
        return await Inner.UploadPartAsync(placed, cancellationToken).ConfigureAwait(false);
    }

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.CopyPartAsync(request, token), cancellationToken);

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.ListPartsAsync(request, token), cancellationToken);

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.CompleteUploadAsync(request, token), cancellationToken);

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.AbortUploadAsync(request, token), cancellationToken);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.ListUploadsAsync(request, token), cancellationToken);

    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.CreateBucketAsync(request, token), cancellationToken);

    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.DeleteBucketAsync(request, token), cancellationToken);

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.BucketExistsAsync(request, token), cancellationToken);

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.ListBucketsAsync(request, token), cancellationToken);

    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, static (inner, request, token) => inner.CheckAsync(request, token), cancellationToken);

    public override ValueTask DisposeAsync()
    {
        _places.Dispose();
        return base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _places.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<T> RunAsync<TRequest, T>(
        TRequest request, Func<StorageBackend, TRequest, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await send(Inner, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync<TRequest>(
        TRequest request, Func<StorageBackend, TRequest, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        using RequestPlace place = await _places.EnterAsync(cancellationToken).ConfigureAwait(false);
        await send(Inner, request, cancellationToken).ConfigureAwait(false);
    }
}
