using System.Collections.Concurrent;
using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Extensions.Tests.Support;

/// <summary>The in-memory backend with scripted failures, before the call is executed, or after it, so the answer is lost.</summary>
internal sealed class FaultyBackend : DelegatingBackend
{
    public const string Bucket = "bucket";

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Fault>> _faults = new(StringComparer.Ordinal);

    public FaultyBackend(StorageBackend? inner = null, bool streamsPuts = false)
        : base(inner ?? InMemoryStore.Create().GetService<StorageBackend>()!) =>
        Capabilities = Inner.Capabilities with { StreamsPuts = streamsPuts };

    /// <summary>Tells measurements of this backend from those of others. The default is the provider of the backend underneath.</summary>
    public string? Name { get; init; }

    public override string Provider => Name ?? base.Provider;

    /// <summary>Bodies can be replayed, unless a test says otherwise.</summary>
    public override StorageCapabilities Capabilities { get; }

    /// <summary>The backend without faults.</summary>
    public StorageBackend Real => Inner;

    /// <summary>The calls, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>Called before a call is carried out, with its name and request.</summary>
    public Func<string, object, Task>? Before { get; set; }

    /// <summary>Changes what a get returns.</summary>
    public Func<GetResult, GetResult>? Got { get; set; }

    public bool IsDisposed { get; private set; }

    public static StorageException Transient(TimeSpan? after = null) =>
        new(StorageErrorCode.SlowDown, "Too many requests.") { RetryAfter = after };

    public static StorageException Lost() => new(StorageErrorCode.ServiceUnavailable, "The answer was lost.") { IsOutcomeUnknown = true };

    /// <summary>Fails the next calls of a name, before they are carried out.</summary>
    public FaultyBackend Fail(string call, params Exception[] failures) => Add(call, failures, isAfterwards: false);

    /// <summary>Carries out the next calls of a name, and fails then.</summary>
    public FaultyBackend FailAfter(string call, params Exception[] failures) => Add(call, failures, isAfterwards: true);

    public async Task<FaultyBackend> WithBucketAsync()
    {
        await Inner.CreateBucketAsync(new CreateBucketRequest { Bucket = Bucket }, CancellationToken.None);
        return this;
    }

    public int Count(string call) => Calls.Count(made => made == call);

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        await AroundAsync("Put", request, () => base.PutAsync(request, cancellationToken).AsTask());

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        GetResult result = await AroundAsync("Get", request, () => base.GetAsync(request, cancellationToken).AsTask());
        return Got?.Invoke(result) ?? result;
    }

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        AroundAsync("Head", request, () => base.HeadAsync(request, cancellationToken));

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => AroundAsync(
        "Delete",
        request,
        async () =>
        {
            await base.DeleteAsync(request, cancellationToken);
            return true;
        });

    public override async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"DeleteMany({string.Join(',', request.Keys)})");
        if (Before is not null)
        {
            await Before("DeleteMany", request);
        }

        var failures = new List<DeleteFailure>();
        foreach (string key in request.Keys)
        {
            try
            {
                await DeleteAsync(new DeleteRequest { Bucket = request.Bucket, Key = key }, cancellationToken);
            }
            catch (StorageException error)
            {
                failures.Add(new DeleteFailure { Key = key, Error = error });
            }
        }

        return failures;
    }

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        AroundAsync("Copy", request, () => base.CopyAsync(request, cancellationToken));

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        AroundAsync("List", request, () => base.ListAsync(request, cancellationToken));

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        AroundAsync("CreateUpload", request, () => base.CreateUploadAsync(request, cancellationToken));

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        AroundAsync("UploadPart", request, () => base.UploadPartAsync(request, cancellationToken));

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        AroundAsync("Complete", request, () => base.CompleteUploadAsync(request, cancellationToken));

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) => AroundAsync(
        "Abort",
        request,
        async () =>
        {
            await base.AbortUploadAsync(request, cancellationToken);
            return true;
        });

    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken)
    {
        Calls.Enqueue("Presign");
        return new ValueTask<PresignedUrl>(new PresignedUrl
        {
            Url = new Uri("https://storage.example/object"),
            Method = "GET",
            RequiredHeaders = new Dictionary<string, string>(),
            ExpiresAt = DateTimeOffset.UnixEpoch,
        });
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private FaultyBackend Add(string call, Exception[] failures, bool isAfterwards)
    {
        ConcurrentQueue<Fault> faults = _faults.GetOrAdd(call, static _ => []);
        foreach (Exception failure in failures)
        {
            faults.Enqueue(new Fault(failure, isAfterwards));
        }

        return this;
    }

    private async Task<T> AroundAsync<T>(string call, object request, Func<Task<T>> send)
    {
        Calls.Enqueue(call);
        if (Before is not null)
        {
            await Before(call, request);
        }

        if (!_faults.TryGetValue(call, out ConcurrentQueue<Fault>? faults) || !faults.TryDequeue(out Fault? fault))
        {
            return await send();
        }

        if (fault.IsAfterwards)
        {
            await send();
        }

        throw fault.Failure;
    }

    private sealed record Fault(Exception Failure, bool IsAfterwards);
}
