using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Backends;

public class StorageBackendTests
{
    [Test]
    public void An_object_without_a_name_upstream_lies_in_its_bucket() =>
        Assert.That(new ScriptedBackend().PlaceOf("bucket", "a/b"), Is.EqualTo("bucket/a/b"));

    [Test]
    public async Task Deleting_many_one_by_one_reports_what_failed_and_deletes_the_rest()
    {
        var backend = new ScriptedBackend();
        var deleted = new List<string>();
        backend.Delete = (request, _) =>
        {
            lock (deleted)
            {
                deleted.Add(request.Key);
            }

            return request.Key == "b" ? throw new StorageException(StorageErrorCode.AccessDenied, "No.") : Task.CompletedTask;
        };

        IReadOnlyList<DeleteFailure> failures = await new OneByOne(backend)
            .DeleteManyAsync(Request(["a", "b", "c"], concurrency: 1), CancellationToken.None);

        Assert.That(deleted, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(failures.Single().Key, Is.EqualTo("b"));
        Assert.That(failures.Single().Error.Code, Is.EqualTo(StorageErrorCode.AccessDenied));
    }

    [Test]
    public async Task Deleting_many_from_a_bucket_that_is_not_there_is_a_failure_of_the_whole() =>
        await Catch.CodeAsync(
            StorageErrorCode.NoSuchBucket,
            () => new OneByOne(new ScriptedBackend())
                .DeleteManyAsync(Request(["a", "b"], concurrency: 2) with { Bucket = "missing" }, CancellationToken.None));

    [Test]
    public async Task Deleting_many_keeps_to_its_concurrency()
    {
        var backend = new ScriptedBackend();
        int underWay = 0, peak = 0;
        backend.Delete = async (_, _) =>
        {
            int now = Interlocked.Increment(ref underWay);
            InterlockedMax(ref peak, now);
            await Task.Yield();
            Interlocked.Decrement(ref underWay);
        };

        string[] keys = Enumerable.Range(0, 200).Select(static number => $"{number}").ToArray();
        await new OneByOne(backend).DeleteManyAsync(Request(keys, concurrency: 3), CancellationToken.None);

        Assert.That(peak, Is.InRange(1, 3));
        Assert.That(backend.Count("Delete"), Is.EqualTo(200));
    }

    [Test]
    public void A_backend_offers_itself_as_a_service_and_nothing_else()
    {
        using var backend = new OneByOne(new ScriptedBackend());
        Assert.That(backend.GetService(typeof(OneByOne)), Is.SameAs(backend));
        Assert.That(backend.GetService(typeof(string)), Is.Null);
    }

    [Test]
    public async Task Without_multipart_uploads_a_put_of_any_size_goes_down_in_one_piece([Values] bool canSeek)
    {
        var scripted = new ScriptedBackend();
        Bucket bucket = Stores.Over(new OneByOne(scripted), partSize: 8);
        byte[] bytes = Bytes.Of(100);

        ObjectProperties put = await bucket.PutAsync("k", canSeek ? new MemoryStream(bytes) : new SequentialSource(bytes));

        Assert.That(put.ETag, Is.EqualTo(Bytes.Composite(bytes, static _ => 8)), "as everywhere");
        Assert.That(scripted.Count("Put"), Is.EqualTo(1));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Without_multipart_uploads_a_body_of_any_size_is_measured_and_hashed_and_can_be_sent_again([Values] bool canSeek)
    {
        var scripted = new ScriptedBackend();
        byte[] bytes = Bytes.Of(1000);
        string composite = Bytes.Composite(bytes, static _ => 8);
        StorageBody? body = null;
        scripted.Put = async (request, token) =>
        {
            body = request.Body;
            using var first = new MemoryStream();
            await using Stream sent = body.Open();
            await sent.CopyToAsync(first, token);
            Assert.That(first.ToArray(), Is.EqualTo(bytes));
            return await scripted.Real.PutAsync(request, token);
        };
        Bucket bucket = Stores.Over(new OneByOne(scripted), partSize: 8);

        ObjectProperties put = await bucket.PutAsync("k", canSeek ? new MemoryStream(bytes) : new SequentialSource(bytes));

        Assert.That(body!.Length, Is.EqualTo(1000));
        Assert.That(body.Md5!.Value.ToArray(), Is.EqualTo(MD5.HashData(bytes)));
        Assert.That(body.CanReplay, Is.True);
        Assert.That(body.ETag, Is.EqualTo(composite));
        Assert.That(put.ETag, Is.EqualTo(composite));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Without_multipart_uploads_a_backend_that_streams_puts_gets_the_bytes_as_they_come()
    {
        var scripted = new ScriptedBackend();
        var replayable = new List<bool>();
        scripted.Put = (request, token) =>
        {
            replayable.Add(request.Body.CanReplay);
            return scripted.Real.PutAsync(request, token).AsTask();
        };
        byte[] bytes = Bytes.Of(1000);

        ObjectProperties put = await Stores.Over(new OneByOne(scripted, streamsPuts: true), partSize: 8)
            .PutAsync("k", new SequentialSource(bytes));

        Assert.That(replayable, Is.EqualTo(new[] { false }));
        Assert.That(put.ETag, Is.EqualTo(Bytes.Composite(bytes, static _ => 8)));
    }

    [Test]
    public async Task Without_multipart_uploads_a_wrong_digest_stores_nothing([Values] bool canSeek)
    {
        var scripted = new ScriptedBackend();
        Bucket bucket = Stores.Over(new OneByOne(scripted), partSize: 8);
        byte[] bytes = Bytes.Of(100);
        var options = new PutOptions { ContentMd5 = new byte[16] };

        await Catch.CodeAsync(
            StorageErrorCode.BadDigest,
            () => bucket.PutAsync("k", canSeek ? new MemoryStream(bytes) : new SequentialSource(bytes), options));

        Assert.That(scripted.Count("Put"), Is.Zero);
    }

    [Test]
    public async Task Without_multipart_uploads_a_single_part_keeps_to_its_rule()
    {
        Bucket bucket = Stores.Over(new OneByOne(new ScriptedBackend()), partSize: 8);
        byte[] bytes = Bytes.Of(100);
        var options = new PutOptions { SinglePart = true };

        ObjectProperties put = await bucket.PutAsync("k", new MemoryStream(bytes), options);

        Assert.That(put.ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(bytes))));
        Assert.That(() => bucket.PutAsync("k", new SequentialSource(bytes), options), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task Without_multipart_uploads_a_put_that_is_cancelled_after_it_was_sent_says_so()
    {
        var scripted = new ScriptedBackend();
        using var cancel = new CancellationTokenSource();
        scripted.Put = async (_, token) =>
        {
            await cancel.CancelAsync();
            throw new OperationCanceledException(token);
        };

        OperationCanceledException? thrown = await Assert.CatchAsync<OperationCanceledException>(
            () => Stores.Over(new OneByOne(scripted), partSize: 8).PutAsync("k", Bytes.Of(100), options: null, cancel.Token));

        Assert.That(
            thrown!.InnerException, Is.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsOutcomeUnknown)).True);
    }

    [Test]
    public async Task Without_multipart_uploads_explicit_ones_are_NotSupported_and_none_are_listed()
    {
        Bucket bucket = Stores.Over(new OneByOne(new ScriptedBackend()));

        StorageException error = await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.CreateMultipartUploadAsync("k"));

        Assert.That(error.Message, Does.Contain("has no multipart uploads"));
        MultipartUpload upload = bucket.GetMultipartUpload("k", "id");
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => upload.UploadPartAsync(1, new byte[1]));
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => upload.CompleteAsync([new PartInfo { PartNumber = 1, ETag = "etag" }]));
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => upload.AbortAsync());
        Assert.That(await bucket.ListMultipartUploadsAsync().CountAsync(), Is.Zero);
    }

    private static void InterlockedMax(ref int peak, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref peak)) && Interlocked.CompareExchange(ref peak, value, seen) != seen)
        {
        }
    }

    private static DeleteManyRequest Request(string[] keys, int concurrency) =>
        new() { Bucket = Stores.Bucket, Keys = keys, MaxConcurrency = concurrency };

    /// <summary>Has the members that every backend must have, and no other.</summary>
    private sealed class OneByOne(ScriptedBackend scripted, bool streamsPuts = false) : StorageBackend
    {
        public override string Provider => "test";

        public override StorageCapabilities Capabilities { get; } = new() { SupportsMultipart = false, StreamsPuts = streamsPuts };

        public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
            scripted.PutAsync(request, cancellationToken);

        public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
            scripted.GetAsync(request, cancellationToken);

        public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
            scripted.HeadAsync(request, cancellationToken);

        public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
            scripted.DeleteAsync(request, cancellationToken);

        public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
            scripted.CopyAsync(request, cancellationToken);

        public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
            scripted.ListAsync(request, cancellationToken);

        public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
            scripted.CreateBucketAsync(request, cancellationToken);

        public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
            scripted.DeleteBucketAsync(request, cancellationToken);

        public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
            scripted.BucketExistsAsync(request, cancellationToken);

        public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
            scripted.ListBucketsAsync(request, cancellationToken);

        public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) =>
            scripted.CheckAsync(request, cancellationToken);
    }
}
