using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>Lets a test act just before and just after a request to the backend, which are the moments of races.</summary>
/// <param name="inner">The backend under test.</param>
internal sealed class InterceptingBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    private readonly List<string> _requests = [];

    /// <summary>Called with the request before it is sent. An exception becomes that of the request.</summary>
    public Func<object, Task>? Before { get; set; }

    /// <summary>Called with the request when it has succeeded. An exception becomes that of the request, so the answer is lost.</summary>
    public Func<object, Task>? After { get; set; }

    /// <summary>Called with a body about to be delivered.</summary>
    public Func<GetRequest, Stream, Stream>? Body { get; set; }

    /// <summary>The requests sent so far, by the names of their types without <c>Request</c>.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    protected override bool ForwardsPresign => true;

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        new(AroundAsync(request, () => base.PutAsync(request, cancellationToken).AsTask()));

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        new(AroundAsync(request, async () =>
    {
        GetResult result = await base.GetAsync(request, cancellationToken);
        return Body is null ? result : result with { Content = Body(request, result.Content) };
    }));

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.HeadAsync(request, cancellationToken));

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => AroundAsync(request, async () =>
    {
        await base.DeleteAsync(request, cancellationToken);
        return true;
    });

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.CopyAsync(request, cancellationToken));

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.ListAsync(request, cancellationToken));

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        new InterceptedWrite(this, request, await AroundAsync(request, () => Inner.BeginPartsAsync(request, cancellationToken)));

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.UploadPartAsync(request, cancellationToken));

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.CopyPartAsync(request, cancellationToken));

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.CompleteUploadAsync(request, cancellationToken));

    public override Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.DeleteManyAsync(request, cancellationToken));

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.CreateUploadAsync(request, cancellationToken));

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.ListPartsAsync(request, cancellationToken));

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, () => base.ListUploadsAsync(request, cancellationToken));

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        AroundAsync(request, async () =>
    {
        await base.AbortUploadAsync(request, cancellationToken);
        return true;
    });

    /// <summary>The parts of a large put, shown as the requests of explicit uploads.</summary>
    private sealed class InterceptedWrite(InterceptingBackend backend, CreateUploadRequest begun, PartedWrite inner) : PartedWrite
    {
        public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

        public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken)
        {
            var request = new UploadPartRequest
            {
                Bucket = begun.Bucket,
                Key = begun.Key,
                UploadId = begun.WriteToken,
                PartNumber = partNumber,
                Body = body,
            };
            return backend.AroundAsync(request, () => inner.SendAsync(partNumber, body, cancellationToken));
        }

        public override Task<PartInfo> CopyAsync(
            int partNumber,
            ObjectAddress source,
            ObjectProperties sourceProperties,
            ContentRange range,
            CancellationToken cancellationToken)
        {
            var request = new CopyPartRequest
            {
                Bucket = begun.Bucket,
                Key = begun.Key,
                UploadId = begun.WriteToken,
                PartNumber = partNumber,
                Source = source,
                SourceProperties = sourceProperties,
                Range = range,
            };
            return backend.AroundAsync(request, () => inner.CopyAsync(partNumber, source, sourceProperties, range, cancellationToken));
        }

        public override Task<ObjectProperties> CompleteAsync(
            IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
        {
            var request = new CompleteUploadRequest
            {
                Bucket = begun.Bucket,
                Key = begun.Key,
                UploadId = begun.WriteToken,
                Parts = parts,
                Condition = condition,
            };
            return backend.AroundAsync(request, () => inner.CompleteAsync(parts, condition, cancellationToken));
        }

        public override Task AbortAsync(CancellationToken cancellationToken)
        {
            var request = new AbortUploadRequest { Bucket = begun.Bucket, Key = begun.Key, UploadId = begun.WriteToken };
            return backend.AroundAsync(request, async () =>
            {
                await inner.AbortAsync(cancellationToken);
                return true;
            });
        }
    }

    private async Task<T> AroundAsync<T>(object request, Func<Task<T>> send)
    {
        lock (_requests)
        {
            _requests.Add(request.GetType().Name.Replace("Request", "", StringComparison.Ordinal));
        }

        if (Before is not null)
        {
            await Before(request);
        }

        T result = await send();
        if (After is not null)
        {
            await After(request);
        }

        return result;
    }
}
