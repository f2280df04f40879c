using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Compression;
using BleepStore.Storage.Decorators.Timeouts;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Timeouts;

public class TimeoutBackendTests
{
    private static readonly TimeSpan FirstByte = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly ScriptedBackend _stored = new();

    private Bucket Bucket => Over();

    [Test]
    public async Task A_read_without_an_answer_ends_in_time()
    {
        _stored.Head = static (_, token) => NeverAsync<StoredObject>(token);
        _stored.Get = static (_, token) => NeverAsync<GetResult>(token);
        _stored.List = static (_, token) => NeverAsync<ListPage>(token);

        foreach (Task waiting in new Task[] { Bucket.HeadAsync("k"), Bucket.GetAsync("k"), Bucket.ListPageAsync() })
        {
            StorageException error = await ExpireAsync(waiting, FirstByte);

            Assert.That((error.IsTransient, error.IsOutcomeUnknown), Is.EqualTo((true, false)));
            Assert.That(error.Message, Does.Contain("within 10 s").And.Contain("WithTimeout"));
        }
    }

    [Test]
    public async Task A_write_that_was_sent_whole_has_an_unknown_outcome()
    {
        _stored.Put = static async (request, token) =>
        {
            await ReadAsync(request.Body, token);
            return await NeverAsync<ObjectProperties>(token);
        };
        _stored.Delete = static (_, token) => NeverAsync<bool>(token);

        StorageException put = await ExpireAsync(Bucket.PutAsync("k", Bytes.Of(500_000), new PutOptions { SinglePart = true }), FirstByte);
        var request = new DeleteRequest { Bucket = Stores.Bucket, Key = "k" };
        StorageException delete = await ExpireAsync(
            new TimeoutBackend(_stored, FirstByte, _time).DeleteAsync(request, CancellationToken.None), FirstByte);

        Assert.That((put.IsOutcomeUnknown, delete.IsOutcomeUnknown), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task A_put_that_waits_for_its_turn_was_not_sent()
    {
        _stored.Put = static (_, token) => NeverAsync<ObjectProperties>(token);
        _stored.UploadPart = static (_, token) => NeverAsync<PartInfo>(token);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("k");

        StorageException put = await ExpireAsync(Bucket.PutAsync("k", Bytes.Of(100)), FirstByte);
        StorageException part = await ExpireAsync(upload.UploadPartAsync(1, Bytes.Of(100)), FirstByte);

        Assert.That((put.IsOutcomeUnknown, part.IsOutcomeUnknown), Is.EqualTo((false, false)));
    }

    /// <summary>The compressor reads the source to its end before the first byte is sent.</summary>
    [Test]
    public async Task The_sending_of_a_body_that_was_compressed_is_watched_as_well()
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stored.Put = async (request, token) =>
        {
            await using Stream content = request.Body.Open();
            await content.ReadExactlyAsync(new byte[1], token);
            sent.SetResult();
            await goOn.Task;
            await content.CopyToAsync(Stream.Null, token);
            return await _stored.Real.PutAsync(request, token);
        };
        var compressing = new CompressionBackend(_stored, new CompressionOptions { MinimumSize = 0 }, Stores.Context(_stored));
        var outer = new TimeoutBackend(compressing, FirstByte, _time);
        outer.SetLimits(RequestLimits.Default with { Idle = FirstByte * 100 });
        Bucket bucket = Stores.Over(outer, partSize: 1_000_000, retries: 0);
        byte[] bytes = new byte[900_000];
        Random.Shared.NextBytes(bytes.AsSpan(0, 500_000));

        Task<ObjectProperties> put = bucket.PutAsync("k", bytes, new PutOptions { ContentType = "text/plain" });
        await sent.Task.WaitAsync(Until.Patience);
        _time.Advance(FirstByte * 20);
        goOn.SetResult();

        Assert.That((await put.WaitAsync(Until.Patience)).Size, Is.EqualTo(bytes.Length));
    }

    /// <summary>The encryption reads a source to its end before the first byte is sent. Small bodies are sealed in memory.</summary>
    [Test]
    public async Task The_sending_of_a_body_that_was_encrypted_is_watched_as_well([Values(200_000, 500_000)] int size)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stored.Put = async (request, token) =>
        {
            await using Stream content = request.Body.Open();
            await content.ReadExactlyAsync(new byte[1000], token);
            sent.SetResult();
            await goOn.Task;
            await content.CopyToAsync(Stream.Null, token);
            return await _stored.Real.PutAsync(request, token);
        };
        var outer = new TimeoutBackend(Encrypted.Over(_stored), FirstByte, _time);
        outer.SetLimits(RequestLimits.Default with { Idle = FirstByte * 100 });
        Bucket bucket = Stores.Over(outer, partSize: 1_000_000, retries: 0);

        Task<ObjectProperties> put = bucket.PutAsync("k", Bytes.Of(size));
        await sent.Task.WaitAsync(Until.Patience);
        _time.Advance(FirstByte * 20);
        goOn.SetResult();

        Assert.That((await put.WaitAsync(Until.Patience)).Size, Is.EqualTo(size));
    }

    [Test]
    public async Task A_body_that_a_decorator_has_read_is_sent_only_when_it_is_read_again(
        [Values] bool encrypts, [Values(100_000, 500_000)] int size, [Values] bool isSent)
    {
        _stored.Put = async (request, token) =>
        {
            await (isSent ? ReadAsync(request.Body, token) : Task.CompletedTask);
            return await NeverAsync<ObjectProperties>(token);
        };
        StorageBackend beneath = encrypts
            ? Encrypted.Over(_stored)
            : new CompressionBackend(_stored, new CompressionOptions { MinimumSize = 0 }, Stores.Context(_stored));
        Bucket bucket = Stores.Over(new TimeoutBackend(beneath, FirstByte, _time), partSize: 1_000_000, retries: 0);

        StorageException put = await ExpireAsync(
            bucket.PutAsync("k", new byte[size], new PutOptions { ContentType = "text/plain" }), FirstByte);

        Assert.That(put.IsOutcomeUnknown, Is.EqualTo(isSent));
    }

    [Test]
    public async Task The_time_in_which_the_source_stalls_does_not_count()
    {
        _stored.Can(static can => can with { StreamsPuts = true });
        var more = new TaskCompletionSource();
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new SequentialSource(Bytes.Of(100), chunk: 50)
        {
            BeforeRead = (at, _) =>
            {
                if (at != 50)
                {
                    return Task.CompletedTask;
                }

                isRead.TrySetResult();
                return more.Task;
            },
        };

        Task<ObjectProperties> put = Bucket.PutAsync("k", source);
        await isRead.Task.WaitAsync(Until.Patience);
        _time.Advance(FirstByte * 20);
        Assert.That(put.IsCompleted, Is.False);
        more.SetResult();

        Assert.That((await put).Size, Is.EqualTo(100));
    }

    [Test]
    public async Task The_time_in_which_a_body_is_sent_does_not_count_and_idleness_ends_it()
    {
        var step = new SemaphoreSlim(0);
        int sent = 0;
        _stored.Put = async (request, token) =>
        {
            await using Stream body = request.Body.Open();
            while (await body.ReadAsync(new byte[1000], token) > 0)
            {
                Interlocked.Increment(ref sent);
                await step.WaitAsync(token);
            }

            return await NeverAsync<ObjectProperties>(token);
        };
        Task put = Over(idle: FirstByte * 3).PutAsync("k", Bytes.Of(500_000), new PutOptions { SinglePart = true });
        for (int at = 1; at <= 5; at++)
        {
            await Until.TrueAsync(() => Volatile.Read(ref sent) == at);
            _time.Advance(FirstByte * 2);
            Assert.That(put.IsCompleted, Is.False, "each step takes twice the limit of an answer");
            step.Release();
        }

        await Until.TrueAsync(() => Volatile.Read(ref sent) == 6);
        StorageException error = await ExpireAsync(put, FirstByte * 3);

        Assert.That(error.Message, Does.Contain("IdleTimeout"));
        Assert.That(error.IsOutcomeUnknown, Is.False, "the body was not sent whole");
    }

    [Test]
    public async Task The_body_of_a_read_may_take_as_long_as_it_likes()
    {
        await Bucket.PutAsync("k", Bytes.Of(100));
        await using ObjectReader reader = await Bucket.GetAsync("k");

        _time.Advance(FirstByte * 100);

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Bytes.Of(100)));
    }

    [Test]
    public async Task Work_on_the_server_keeps_the_limit_of_the_store()
    {
        await Bucket.PutAsync("k", Bytes.Of(1));
        _stored.Copy = static (_, token) => NeverAsync<ObjectProperties>(token);

        Task copy = Bucket.CopyAsync("k", "copy");
        await Until.TrueAsync(() => _stored.Count("Copy") == 1);
        _time.Advance(FirstByte * 10);
        Assert.That(copy.IsCompleted, Is.False);
        StorageException error = await ExpireAsync(copy, RequestLimits.Default.ServerWork);

        Assert.That(error.Message, Does.Contain("ServerWorkTimeout"));
        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_part_of_a_large_put_that_is_not_answered_ends_the_put_and_nothing_is_there()
    {
        int waiting = 0;
        _stored.UploadPart = async (request, token) =>
        {
            await ReadAsync(request.Body, token);
            Interlocked.Increment(ref waiting);
            try
            {
                return await NeverAsync<PartInfo>(token);
            }
            finally
            {
                Interlocked.Decrement(ref waiting);
            }
        };

        // The clock stands still when no part waits, so the abort has all the time that it needs.
        Task put = Bucket.PutAsync("k", new SequentialSource(Bytes.Of(5000)));
        await Until.TrueAsync(() =>
        {
            _time.Advance(Volatile.Read(ref waiting) > 0 ? FirstByte : TimeSpan.Zero);
            return put.IsCompleted;
        });
        StorageException error = await Catch.CodeAsync(StorageErrorCode.RequestTimeout, () => put);

        Assert.That(error.IsOutcomeUnknown, Is.False, "nothing was committed");
        Assert.That(await Bucket.ExistsAsync("k"), Is.False);
        Assert.That(await Bucket.ListMultipartUploadsAsync().AnyAsync(), Is.False, "the upload was aborted");
    }

    [Test]
    public async Task A_caller_who_cancels_sees_a_cancellation()
    {
        _stored.Head = static (_, token) => NeverAsync<StoredObject>(token);
        using var stop = new CancellationTokenSource();
        Task head = Bucket.HeadAsync("k", cancellationToken: stop.Token);

        await stop.CancelAsync();

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(() => head);
        Assert.That(cancelled.CancellationToken, Is.EqualTo(stop.Token));
    }

    [Test]
    public async Task A_failure_of_the_backend_passes_as_it_is()
    {
        var refused = new StorageException(StorageErrorCode.AccessDenied, "No.") { RequestId = "17" };
        _stored.Head = (_, _) => throw refused;

        Assert.That(await Catch.AsyncAs<StorageException>(() => Bucket.HeadAsync("k")), Is.SameAs(refused));
    }

    [Test]
    public async Task The_limits_of_the_store_are_taken_over()
    {
        var outer = new TimeoutBackend(_stored, FirstByte, _time);

        await using var store = ObjectStore.Create(outer, new ObjectStoreOptions { IdleTimeout = TimeSpan.FromSeconds(7) });

        Assert.That(outer.Limits.Idle, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(_stored.Limits.Answer, Is.EqualTo(RequestLimits.Default.Answer), "the backend keeps its own limit of an answer");
    }

    private static async Task<T> NeverAsync<T>(CancellationToken cancellationToken)
    {
        await Until.CancelledAsync(cancellationToken);
        throw new InvalidOperationException();
    }

    private static async Task ReadAsync(StorageBody body, CancellationToken cancellationToken)
    {
        await using Stream content = body.Open();
        await content.CopyToAsync(Stream.Null, cancellationToken);
    }

    private Bucket Over(TimeSpan? idle = null)
    {
        var outer = new TimeoutBackend(_stored, FirstByte, _time);
        outer.SetLimits(RequestLimits.Default with { Idle = idle ?? RequestLimits.Default.Idle });
        return Stores.Over(outer, partSize: 1000, retries: 0);
    }

    /// <summary>Lets a limit pass, however late the request begins to wait.</summary>
    private async Task<StorageException> ExpireAsync(Task waiting, TimeSpan limit)
    {
        await Until.TrueAsync(() =>
        {
            _time.Advance(limit);
            return waiting.IsCompleted;
        });
        return await Catch.CodeAsync(StorageErrorCode.RequestTimeout, () => waiting);
    }
}
