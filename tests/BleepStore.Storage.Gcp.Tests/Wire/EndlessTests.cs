using System.Net;
using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>A service that gives the same answer for ever does not hold a call for ever.</summary>
public sealed class EndlessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_completion_ends_when_compose_is_refused_although_the_generation_is_unchanged(bool replaces)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        ObjectProperties? old = replaces ? await bucket.PutAsync("object", "old"u8.ToArray()) : null;
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, "new"u8.ToArray());
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", Fault.Refusing(412), times: int.MaxValue);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => upload.CompleteAsync([part]).WaitAsync(Limit)))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.PreconditionFailed, false)));
        Assert.That(served.Server.Requests.Operations.Count(static operation => operation == "objects.compose"), Is.EqualTo(1));
        served.Server.Faults.Clear();
        Assert.That(replaces ? (await bucket.HeadAsync("object")).Revision : null, Is.EqualTo(old?.Revision));
        await upload.CompleteAsync([part]);
        Assert.That((await bucket.HeadAsync("object")).Size, Is.EqualTo(3), "the upload is as it was, and can be completed");
    }

    [Test]
    public async Task A_completion_ends_when_another_writer_is_always_faster()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, "new"u8.ToArray());
        var faster = new Before(
            static request => request.RequestUri!.AbsolutePath.EndsWith("/compose", StringComparison.Ordinal),
            () => bucket.PutAsync("object", "theirs"u8.ToArray()));
        ObjectStore store = served.Open(o => o.HandlerFactory = _ => faster, new HurriedTime());
        MultipartUpload through = store.GetBucket("bucket").GetMultipartUpload("object", upload.UploadId);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => through.CompleteAsync([part]).WaitAsync(Limit)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.OperationAborted), error.ToString());
        Assert.That(faster.Count, Is.InRange(3, 20));
        Assert.That((await bucket.HeadAsync("object")).Size, Is.EqualTo(6));
        await upload.CompleteAsync([part]);
        Assert.That((await bucket.HeadAsync("object")).Size, Is.EqualTo(3));
    }

    [Test]
    public async Task A_get_ends_when_the_object_is_always_replaced_before_its_bytes_come()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        await bucket.PutAsync("object", "old"u8.ToArray());
        var faster = new Before(
            static request => request.RequestUri!.Query.Contains("alt=media", StringComparison.Ordinal),
            () => bucket.PutAsync("object", "theirs"u8.ToArray()));
        Bucket through = served.Open(o => o.HandlerFactory = _ => faster).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            async () => await through.GetAsync("object").WaitAsync(Limit)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.OperationAborted), error.ToString());
        Assert.That(faster.Count, Is.EqualTo(200), "the limit of rounds");
    }

    [Test]
    public async Task A_copy_ends_when_rewriting_gets_no_further()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await served.Store.GetBucket("bucket").PutAsync("source", "bytes"u8.ToArray());
        var same = new Same(
            static request => request.RequestUri!.AbsolutePath.Contains("/rewriteTo/", StringComparison.Ordinal),
            """{"kind":"storage#rewriteResponse","totalBytesRewritten":"1","objectSize":"5","done":false,"rewriteToken":"token"}""");
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => same).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            () => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy").WaitAsync(Limit)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InternalError), error.ToString());
        Assert.That(same.Count, Is.InRange(2, 20));
    }

    [TestCase("list")]
    [TestCase("uploads")]
    [TestCase("buckets")]
    [TestCase("abort")]
    [TestCase("delete bucket")]
    public async Task A_listing_ends_when_its_pages_repeat(string call)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = await served.Store.CreateBucketAsync("bucket");
        MultipartUpload upload = await direct.CreateMultipartUploadAsync("object");
        var same = new Same(
            static request => request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("/o", StringComparison.Ordinal),
            """{"kind":"storage#objects","nextPageToken":"token"}""");
        ObjectStore store = served.Open(o => o.HandlerFactory = _ => same);
        Bucket bucket = store.GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => (call switch
        {
            "list" => Done(async () => await bucket.ListAsync().CountAsync()),
            "uploads" => Done(async () => await bucket.ListMultipartUploadsAsync().CountAsync()),
            "buckets" => Done(async () => await store.ListBucketsAsync().CountAsync()),
            "abort" => bucket.GetMultipartUpload("object", upload.UploadId).AbortAsync(),
            _ => store.DeleteBucketAsync("bucket"),
        }).WaitAsync(Limit)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InternalError), error.ToString());
        Assert.That(same.Count, Is.InRange(1, 3));
        Assert.That(await served.Store.BucketExistsAsync("bucket"), Is.True);
    }

    private static async Task Done(Func<Task> run) => await run();

    /// <summary>Does something before each request that a condition names.</summary>
    private sealed class Before(Func<HttpRequestMessage, bool> matches, Func<Task> run) : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Count { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (matches(request))
            {
                Count++;
                await run();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Gives the same answer to each request that a condition names.</summary>
    private sealed class Same(Func<HttpRequestMessage, bool> matches, string json) : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!matches(request))
            {
                return base.SendAsync(request, cancellationToken);
            }

            // An end for a client that knows none.
            var content = new StringContent(json, Encoding.UTF8, "application/json");
            return ++Count > 1000
                ? throw new HttpRequestException("enough")
                : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
        }
    }
}
