using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests;

public class ObjectStoreTests
{
    [Test]
    public async Task Older_uploads_are_aborted_and_nothing_else_is_touched([Values(7, 2)] int days)
    {
        var time = new ManualTime();
        using ObjectStore store = InMemoryStore.Create(timeProvider: time);
        Bucket first = await store.CreateBucketAsync("first");
        Bucket second = await store.CreateBucketAsync("second");
        await first.PutAsync("object", new byte[1]);
        MultipartUpload old = await first.CreateMultipartUploadAsync("k");
        await second.CreateMultipartUploadAsync("k");
        time.Advance(TimeSpan.FromDays(days));
        MultipartUpload young = await first.CreateMultipartUploadAsync("k");
        Assert.That(await store.AbortUploadsAsync(TimeSpan.FromDays(days)), Is.Zero, "exactly as old is not older");
        time.Advance(TimeSpan.FromTicks(1));

        Assert.That(await store.AbortUploadsAsync(TimeSpan.FromDays(days)), Is.EqualTo(2));

        await Catch.CodeAsync(StorageErrorCode.NoSuchUpload, () => old.UploadPartAsync(1, new byte[1]));
        await young.UploadPartAsync(1, new byte[1]);
        Assert.That(await first.ExistsAsync("object"), Is.True);
        Assert.That(await PutTransferTests.UploadsAsync(first), Is.EqualTo(1));
    }

    [Test]
    public async Task An_upload_that_ends_in_the_meantime_is_not_counted()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend(time: time);
        using ObjectStore store = ObjectStore.Create(backend, timeProvider: time);
        await store.GetBucket(Stores.Bucket).CreateMultipartUploadAsync("k");
        time.Advance(TimeSpan.FromDays(8));
        backend.Abort = static (_, _) => throw new StorageException(StorageErrorCode.NoSuchUpload, "Gone.");
        Assert.That(await store.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.Zero);
    }

    [Test]
    public async Task In_one_bucket_only_its_own_uploads_are_aborted()
    {
        var time = new ManualTime();
        using ObjectStore store = InMemoryStore.Create(timeProvider: time);
        Bucket mine = await store.CreateBucketAsync("mine");
        Bucket others = await store.CreateBucketAsync("others");
        await mine.CreateMultipartUploadAsync("k");
        await others.CreateMultipartUploadAsync("k");
        time.Advance(TimeSpan.FromDays(8));
        await mine.CreateMultipartUploadAsync("young");

        Assert.That(await mine.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.EqualTo(1));

        Assert.That(await PutTransferTests.UploadsAsync(mine), Is.EqualTo(1));
        Assert.That(await PutTransferTests.UploadsAsync(others), Is.EqualTo(1));
    }

    [TestCase(StorageErrorCode.AccessDenied, true)]
    [TestCase(StorageErrorCode.NoSuchBucket, false)]
    public async Task A_bucket_that_cannot_be_looked_into_keeps_no_other_from_being_looked_after(StorageErrorCode code, bool isReported)
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend(time: time);
        using ObjectStore store = ObjectStore.Create(backend, timeProvider: time);
        foreach (string name in (string[])["a-first", "z-last"])
        {
            await (await store.CreateBucketAsync(name)).CreateMultipartUploadAsync("k");
        }

        time.Advance(TimeSpan.FromDays(8));
        backend.ListUploads = (request, token) =>
            request.Bucket == Stores.Bucket ? throw new StorageException(code, "No.") : backend.Real.ListUploadsAsync(request, token);

        if (isReported)
        {
            StorageException error = await Catch.CodeAsync(code, () => store.AbortUploadsAsync(TimeSpan.FromDays(7)));
            Assert.That(error.Bucket, Is.EqualTo(Stores.Bucket));
        }
        else
        {
            Assert.That(await store.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.EqualTo(2));
        }

        Assert.That(await PutTransferTests.UploadsAsync(store.GetBucket("a-first")), Is.Zero);
        Assert.That(await PutTransferTests.UploadsAsync(store.GetBucket("z-last")), Is.Zero);
    }

    [Test]
    public void A_backend_learns_the_limits_of_its_store_through_its_decorators()
    {
        var inner = new ScriptedBackend();
        Assert.That(inner.Limits, Is.EqualTo(new RequestLimits()));
        var options = new ObjectStoreOptions
        {
            IdleTimeout = TimeSpan.FromSeconds(1),
            AnswerTimeout = TimeSpan.FromSeconds(2),
            ServerWorkTimeout = Timeout.InfiniteTimeSpan,
        };

        using ObjectStore store = ObjectStore.Create(inner, options);

        var limits = new RequestLimits
        {
            Idle = TimeSpan.FromSeconds(1),
            Answer = TimeSpan.FromSeconds(2),
            ServerWork = Timeout.InfiniteTimeSpan,
        };
        Assert.That(inner.Limits, Is.EqualTo(limits));
        Assert.That(inner.Real.Limits, Is.EqualTo(limits));
    }

    [Test]
    public async Task An_age_of_for_ever_aborts_nothing()
    {
        using ObjectStore store = InMemoryStore.Create();
        await (await store.CreateBucketAsync("bucket")).CreateMultipartUploadAsync("k");
        Assert.That(await store.AbortUploadsAsync(TimeSpan.MaxValue), Is.Zero);
    }

    [Test]
    public async Task The_age_of_uploads_goes_by_the_clock_of_the_service()
    {
        var service = new ManualTime();
        var client = new ManualTime();
        var backend = new ScriptedBackend(time: service);
        using ObjectStore store = ObjectStore.Create(backend, timeProvider: client);
        Bucket bucket = store.GetBucket(Stores.Bucket);
        await bucket.CreateMultipartUploadAsync("k");
        client.Advance(TimeSpan.FromDays(100));
        Assert.That(await bucket.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.Zero);
        service.Advance(TimeSpan.FromDays(8));
        Assert.That(await bucket.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.EqualTo(1));
    }

    [Test]
    public async Task Where_the_service_does_not_tell_its_time_only_all_uploads_can_be_aborted()
    {
        var backend = new ScriptedBackend();
        backend.ListUploads = async (request, token) => await backend.Real.ListUploadsAsync(request, token) with { ServiceTime = null };
        using ObjectStore store = ObjectStore.Create(backend);
        Bucket bucket = store.GetBucket(Stores.Bucket);
        Assert.That(await bucket.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.Zero, "none is there");
        await bucket.CreateMultipartUploadAsync("k");

        StorageException error = await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.AbortUploadsAsync(TimeSpan.FromDays(7)));

        Assert.That(error.Message, Does.Contain("TimeSpan.Zero"));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.EqualTo(1));
        Assert.That(await bucket.AbortUploadsAsync(TimeSpan.Zero), Is.EqualTo(1));
    }

    [Test]
    public async Task Creating_a_bucket_that_is_there_is_an_error_unless_that_was_asked_for()
    {
        using ObjectStore store = InMemoryStore.Create();
        await store.CreateBucketAsync("bucket");
        await Catch.CodeAsync(StorageErrorCode.BucketAlreadyExists, () => store.CreateBucketAsync("bucket"));
        Bucket bucket = await store.CreateBucketAsync("bucket", new CreateBucketOptions { IfNotExists = true });
        Assert.That(bucket.Name, Is.EqualTo("bucket"));
    }

    [Test]
    public async Task Buckets_are_listed_page_by_page()
    {
        var backend = new ScriptedBackend();
        using ObjectStore store = ObjectStore.Create(backend);
        for (int number = 0; number < 1001; number++)
        {
            await store.CreateBucketAsync($"b{number:0000}");
        }

        var names = new List<string>();
        await foreach (BucketInfo bucket in store.ListBucketsAsync())
        {
            names.Add(bucket.Name);
        }

        Assert.That(names, Has.Count.EqualTo(1002).And.Ordered.And.Unique);
    }

    [Test]
    public async Task A_bad_bucket_name_is_refused_before_any_request()
    {
        using ObjectStore store = ObjectStore.Create(new Unreachable());
        foreach (Func<Task> operation in (Func<Task>[])
        [
            () => store.CreateBucketAsync("../x"),
            () => store.DeleteBucketAsync("../x"),
            () => store.BucketExistsAsync("../x"),
        ])
        {
            StorageException error = await Catch.CodeAsync(StorageErrorCode.InvalidBucketName, operation);
            Assert.That((error.Provider, error.Bucket), Is.EqualTo(("memory", "../x")));
        }

        Catch.Code(StorageErrorCode.InvalidBucketName, () => store.GetBucket("../x"));
    }

    [Test]
    public void A_minimum_below_what_the_backend_needs_is_a_bad_argument()
    {
        using var backend = new ScriptedBackend(new StorageCapabilities { MinimumPartSize = 1000 });
        Assert.That(
            () => ObjectStore.Create(backend, new ObjectStoreOptions { MinimumPartSize = 999 }),
            Throws.ArgumentException.With.Message.Contains("MinimumPartSize").And.Message.Contains("1000"));
    }

    [Test]
    public void What_lies_underneath_can_be_had()
    {
        var backend = new ScriptedBackend();
        using ObjectStore store = ObjectStore.Create(backend);
        Assert.That(store.GetService<ScriptedBackend>(), Is.SameAs(backend));
        Assert.That(store.GetService<StorageBackend>(), Is.SameAs(backend));
        Assert.That(store.GetService<string>(), Is.Null);
        Assert.That(store.Capabilities, Is.SameAs(backend.Capabilities));
    }

    [Test]
    public async Task A_check_asks_for_a_write_only_when_told()
    {
        var probes = new List<bool>();
        using ObjectStore store = ObjectStore.Create(new Checked(probes));
        await store.CheckAsync();
        await store.CheckAsync(new CheckOptions { ProbeWrite = true });
        Assert.That(probes, Is.EqualTo(new[] { false, true }));
    }

    private sealed class Checked(List<bool> probes) : DelegatingBackend(new InMemoryBackend(new InMemoryBackendOptions(), null))
    {
        public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
        {
            probes.Add(request.ProbeWrite);
            return Task.CompletedTask;
        }
    }

    /// <summary>Whatever reaches its buckets is a test failure.</summary>
    private sealed class Unreachable() : DelegatingBackend(new InMemoryBackend(new InMemoryBackendOptions(), null))
    {
        public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();

        public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();

        public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();
    }
}
