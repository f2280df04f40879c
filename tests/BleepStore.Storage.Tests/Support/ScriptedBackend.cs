using System.Collections.Concurrent;
using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Tests.Support;

/// <summary>The in-memory backend with hooks. Each hook can fail, wait, read, or continue to the real backend.</summary>
internal sealed class ScriptedBackend : DelegatingBackend
{
    private StorageCapabilities _capabilities;

    public ScriptedBackend(StorageCapabilities? capabilities = null, TimeProvider? time = null)
        : base(new InMemoryBackend(new InMemoryBackendOptions(), time))
    {
        _capabilities = capabilities ?? new StorageCapabilities();
        Put = (request, token) => base.PutAsync(request, token).AsTask();
        Get = (request, token) => base.GetAsync(request, token).AsTask();
        Head = base.HeadAsync;
        Delete = base.DeleteAsync;
        DeleteMany = base.DeleteManyAsync;
        Copy = base.CopyAsync;
        List = base.ListAsync;
        CreateUpload = base.CreateUploadAsync;
        UploadPart = base.UploadPartAsync;
        CopyPart = base.CopyPartAsync;
        Complete = base.CompleteUploadAsync;
        Abort = base.AbortUploadAsync;
        ListUploads = base.ListUploadsAsync;
        Inner.CreateBucketAsync(new CreateBucketRequest { Bucket = Stores.Bucket }, CancellationToken.None).GetAwaiter().GetResult();
    }

    public override StorageCapabilities Capabilities => _capabilities;

    public StorageBackend Real => Inner;

    /// <summary>The calls in order, such as <c>Put</c> and <c>Head</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    public Func<PutRequest, CancellationToken, Task<ObjectProperties>> Put { get; set; }

    public Func<GetRequest, CancellationToken, Task<GetResult>> Get { get; set; }

    public Func<HeadRequest, CancellationToken, Task<StoredObject>> Head { get; set; }

    public Func<DeleteRequest, CancellationToken, Task> Delete { get; set; }

    public Func<DeleteManyRequest, CancellationToken, Task<IReadOnlyList<DeleteFailure>>> DeleteMany { get; set; }

    public Func<CopyRequest, CancellationToken, Task<ObjectProperties>> Copy { get; set; }

    public Func<ListRequest, CancellationToken, Task<ListPage>> List { get; set; }

    public Func<CreateUploadRequest, CancellationToken, Task<string>> CreateUpload { get; set; }

    public Func<UploadPartRequest, CancellationToken, Task<PartInfo>> UploadPart { get; set; }

    public Func<CopyPartRequest, CancellationToken, Task<PartInfo>> CopyPart { get; set; }

    public Func<CompleteUploadRequest, CancellationToken, Task<ObjectProperties>> Complete { get; set; }

    public Func<AbortUploadRequest, CancellationToken, Task> Abort { get; set; }

    public Func<ListUploadsRequest, CancellationToken, Task<ListUploadsResult>> ListUploads { get; set; }

    /// <summary>Whether gets, and the bodies they deliver, are never done when they return, as over a network, instead of always.</summary>
    public bool IsLate { get; set; }

    /// <summary>Maps the exception of a body.</summary>
    public Func<Exception, StorageException?> MapRead { get; set; } = static _ => null;

    public int Count(string call) => Calls.Count(made => made == call);

    public void Can(Func<StorageCapabilities, StorageCapabilities> change) => _capabilities = change(_capabilities);

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        new(Note("Put", Put)(request, cancellationToken));

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        Func<GetRequest, CancellationToken, Task<GetResult>> get = Note("Get", Get);
        return new ValueTask<GetResult>(IsLate ? GetLateAsync(get, request, cancellationToken) : get(request, cancellationToken));
    }

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) => MapRead(thrown);

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        Note("Head", Head)(request, cancellationToken);

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        Note("Delete", Delete)(request, cancellationToken);

    public override Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken) =>
        Note("DeleteMany", DeleteMany)(request, cancellationToken);

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        Note("Copy", Copy)(request, cancellationToken);

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        Note("List", List)(request, cancellationToken);

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        Note("CreateUpload", CreateUpload)(request, cancellationToken);

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        Note("UploadPart", UploadPart)(request, cancellationToken);

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        Note("CopyPart", CopyPart)(request, cancellationToken);

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        Note("Complete", Complete)(request, cancellationToken);

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        Note("Abort", Abort)(request, cancellationToken);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        Note("ListUploads", ListUploads)(request, cancellationToken);

    private static async Task<GetResult> GetLateAsync(
        Func<GetRequest, CancellationToken, Task<GetResult>> get, GetRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        GetResult result = await get(request, cancellationToken);
        return result with { Content = new LateStream(result.Content) };
    }

    private T Note<T>(string call, T hook)
    {
        Calls.Enqueue(call);
        return hook;
    }
}
