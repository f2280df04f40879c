using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BleepStore.Storage.Tests.Engine;

public class OperationsTests
{
    [Test]
    public async Task Whatever_a_backend_throws_becomes_a_StorageException_that_says_where()
    {
        var cause = new FormatException("The answer is no XML.");
        var backend = new ScriptedBackend { Head = (_, _) => throw cause, Put = (_, _) => throw cause };
        Bucket bucket = Stores.Over(backend);

        StorageException read = await Catch.CodeAsync(StorageErrorCode.InternalError, () => bucket.HeadAsync("k"));
        Assert.That(
            (read.InnerException, read.Store, read.Provider, read.Operation, read.Bucket, read.Key),
            Is.EqualTo((cause, "store", "memory", "Head", "bucket", "k")));
        Assert.That(read.IsOutcomeUnknown, Is.False, "a read changes nothing");

        StorageException write = await Catch.CodeAsync(StorageErrorCode.InternalError, () => bucket.PutAsync("k", new byte[1]));
        Assert.That(write.IsOutcomeUnknown, Is.True);
    }

    /// <summary>The task is what the caller gets.</summary>
    [Test]
    [NonParallelizable]
    public void Without_listeners_an_operation_that_is_done_at_once_allocates_its_task_and_nothing_else()
    {
        using ObjectStore store = InMemoryStore.Create();
        var operations = new Operations(
            "store", store.GetService<StorageBackend>()!, NullLogger.Instance, TimeProvider.System, typeof(ObjectStore));
        const int calls = 10_000;
        Run(operations, calls);
        Tasks(calls);

        long operation = Allocated(() => Run(operations, calls));
        long task = Allocated(static () => Tasks(calls));

        Assert.That(operation / calls, Is.EqualTo(task / calls), "bytes for a call");
    }

    [Test]
    public async Task A_StorageException_passes_through_as_it_is_with_its_place_added()
    {
        var thrown = new StorageException(StorageErrorCode.AccessDenied, "No.") { Status = 403 };
        var backend = new ScriptedBackend { Head = (_, _) => throw thrown };
        StorageException caught = await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => Stores.Over(backend).HeadAsync("k"));
        Assert.That(caught, Is.SameAs(thrown));
        Assert.That(caught.Operation, Is.EqualTo("Head"));
    }

    [Test]
    public async Task Bad_arguments_stay_what_they_are()
    {
        var backend = new ScriptedBackend { List = static (_, _) => throw new ArgumentException("That token makes no sense.") };
        await Catch.AsyncAs<ArgumentException>(() => Stores.Over(backend).ListPageAsync());
    }

    [Test]
    public async Task Cancellation_stays_cancellation_and_a_timeout_nobody_asked_for_is_RequestTimeout()
    {
        using var cancel = new CancellationTokenSource();
        var backend = new ScriptedBackend { Head = static (_, _) => throw new TaskCanceledException() };
        Bucket bucket = Stores.Over(backend);
        Assert.That((await Catch.CodeAsync(StorageErrorCode.RequestTimeout, () => bucket.HeadAsync("k"))).IsTransient, Is.True);

        backend.Head = (_, token) =>
        {
            cancel.Cancel();
            throw new OperationCanceledException(token);
        };
        await Catch.AsyncAs<OperationCanceledException>(() => bucket.HeadAsync("k", cancellationToken: cancel.Token));
    }

    [Test]
    public async Task A_cancellation_carries_the_callers_token_whatever_was_cancelled_inside()
    {
        using var cancel = new CancellationTokenSource();
        using var inner = new CancellationTokenSource();
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        backend.Head = async (_, _) =>
        {
            await cancel.CancelAsync();
            await inner.CancelAsync();
            throw new TaskCanceledException("The client's own.", new IOException("Cut."), inner.Token);
        };
        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.HeadAsync("k", cancellationToken: cancel.Token));
        Assert.That(error.CancellationToken, Is.EqualTo(cancel.Token));
        Assert.That(error.InnerException, Is.TypeOf<TaskCanceledException>());
    }

    /// <summary>
    /// A client that is disposed cancels its requests by a token of its own, also one whose store's transfer waits for its answer.
    /// </summary>
    [TestCase(true, false)]
    [TestCase(true, true)]
    [TestCase(false, false)]
    [TestCase(false, true)]
    public async Task A_request_that_ends_with_the_disposal_of_its_store_says_so(bool isWrite, bool isMapped)
    {
        var backend = new ScriptedBackend();
        ObjectStore store = ObjectStore.Create(backend);
        Exception ended = isMapped
            ? new StorageException(StorageErrorCode.RequestTimeout, "No answer came in time.") { IsOutcomeUnknown = isWrite }
            : new TaskCanceledException("The client was disposed.");
        backend.Head = async (_, _) => await EndAsync<StoredObject>(store, ended);
        backend.Delete = async (_, _) => await EndAsync<object>(store, ended);
        Bucket bucket = store.GetBucket(Stores.Bucket);
        if (isWrite)
        {
            StorageException unknown = await Catch.CodeAsync(StorageErrorCode.OperationAborted, () => bucket.DeleteAsync("k"));
            Assert.That((unknown.IsOutcomeUnknown, unknown.Operation, unknown.Key), Is.EqualTo((true, "Delete", "k")));
            return;
        }

        ObjectDisposedException disposed = await Catch.AsyncAs<ObjectDisposedException>(() => bucket.HeadAsync("k"));
        Assert.That(disposed.ToString(), Does.Contain(ended.Message).And.Contain(nameof(ObjectStore)));
    }

    [Test]
    public async Task A_part_that_waits_for_its_answer_when_its_store_is_disposed_ends_as_the_store_does()
    {
        var backend = new ScriptedBackend();
        ObjectStore store = ObjectStore.Create(backend, new ObjectStoreOptions { PartSize = 5 * 1024 * 1024 });
        backend.UploadPart = async (request, token) =>
        {
            await request.Body.Open().CopyToAsync(Stream.Null, token);
            return await EndAsync<PartInfo>(store, new TaskCanceledException("The client was disposed."));
        };
        await Catch.AsyncAs<ObjectDisposedException>(
            () => store.GetBucket(Stores.Bucket).PutAsync("k", new byte[10 * 1024 * 1024]));
    }

    [Test]
    public async Task An_answer_that_comes_as_the_store_is_disposed_is_reported()
    {
        var backend = new ScriptedBackend();
        ObjectStore store = ObjectStore.Create(backend);
        backend.Head = async (_, _) =>
            await EndAsync<StoredObject>(store, new StorageException(StorageErrorCode.AccessDenied, "No.") { Status = 403 });
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => store.GetBucket(Stores.Bucket).HeadAsync("k"));
    }

    private static async Task<T> EndAsync<T>(ObjectStore store, Exception with)
    {
        await store.DisposeAsync();
        throw with;
    }

    [Test]
    public async Task A_put_of_many_parts_that_is_cancelled_carries_the_callers_token()
    {
        using var cancel = new CancellationTokenSource();
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        backend.UploadPart = async (_, token) =>
        {
            await cancel.CancelAsync();
            await Until.CancelledAsync(token);
            throw new InvalidOperationException();
        };
        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.PutAsync("k", new SequentialSource(Bytes.Of(100)), options: null, cancel.Token));
        Assert.That(error.CancellationToken, Is.EqualTo(cancel.Token));
    }

    [Test]
    public async Task Cancelled_before_it_begins_an_operation_asks_nothing()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        var cancelled = new CancellationToken(canceled: true);
        await Catch.AsyncAs<OperationCanceledException>(() => bucket.PutAsync("k", new byte[1], cancellationToken: cancelled));
        await Catch.AsyncAs<OperationCanceledException>(() => bucket.DeleteManyAsync(["k"], cancelled));
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task After_disposal_every_operation_is_refused([Values] bool sync)
    {
        ObjectStore store = ObjectStore.Create(new ScriptedBackend());
        Bucket bucket = store.GetBucket(Stores.Bucket);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        if (sync)
        {
            store.Dispose();
            store.Dispose();
        }
        else
        {
            await store.DisposeAsync();
            await store.DisposeAsync();
        }

        await Catch.AsyncAs<ObjectDisposedException>(() => bucket.HeadAsync("k"));
        await Catch.AsyncAs<ObjectDisposedException>(() => store.CheckAsync());
        await Catch.AsyncAs<ObjectDisposedException>(() => upload.AbortAsync());
        await Catch.AsyncAs<ObjectDisposedException>(async () =>
        {
            await foreach (ListEntry _ in bucket.ListAsync())
            {
            }
        });
    }

    [Test]
    public async Task Every_public_operation_appears_under_its_name()
    {
        var logger = new TestLogger();
        using ObjectStore store = ObjectStore.Create(new ScriptedBackend(), loggerFactory: logger);
        Bucket bucket = store.GetBucket(Stores.Bucket);
        await bucket.PutAsync("k", new byte[1]);
        await (await bucket.GetAsync("k")).DisposeAsync();
        await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "k"), "c");
        await bucket.MoveAsync("c", "d");
        await bucket.DeleteAsync("d");
        await bucket.DeleteManyAsync(["d"]);
        await bucket.ListPageAsync();
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("m");
        PartInfo part = await upload.UploadPartAsync(1, new byte[1]);
        await upload.CopyPartAsync(2, new ObjectAddress(Stores.Bucket, "k"));
        await foreach (PartInfo _ in upload.ListPartsAsync())
        {
        }

        await foreach (MultipartUploadInfo _ in bucket.ListMultipartUploadsAsync())
        {
        }

        await upload.CompleteAsync([part]);
        await (await bucket.CreateMultipartUploadAsync("n")).AbortAsync();
        await store.CreateBucketAsync("other");
        await store.BucketExistsAsync("other");
        await store.DeleteBucketAsync("other");
        await foreach (BucketInfo _ in store.ListBucketsAsync())
        {
        }

        await store.CheckAsync();
        string[] wanted =
        [
            "Put",
            "Get",
            "Copy",
            "Move",
            "Delete",
            "DeleteMany",
            "List",
            "CreateMultipartUpload",
            "UploadPart",
            "CopyPart",
            "ListParts",
            "ListMultipartUploads",
            "CompleteMultipartUpload",
            "CreateMultipartUpload",
            "AbortMultipartUpload",
            "CreateBucket",
            "BucketExists",
            "DeleteBucket",
            "ListBuckets",
            "Check",
        ];
        Assert.That(logger.Lines.Select(static line => line.Values["Operation"]), Is.EqualTo(wanted));
    }

    private static long Allocated(Action act)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Run(Operations operations, int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            _ = operations.RunAsync("Head", "bucket", "key", 1, static (_, _) => new ValueTask<Guid>(Guid.Empty), CancellationToken.None);
        }
    }

    private static void Tasks(int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            _ = Task.FromResult(Guid.Empty);
        }
    }
}
