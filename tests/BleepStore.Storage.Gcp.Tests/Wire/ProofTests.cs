using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>
/// Something between client and service answers 200 by itself. Nothing of what was asked was done, and no such answer is taken for success.
/// </summary>
public sealed class ProofTests
{
    private const string Html = "<!doctype html><html><body>Welcome to the hotel</body></html>";

    private static readonly string[] Answers =
        ["html", "empty", "{}", "object without generation", "object of another name", "object without etag"];

    [Test]
    public async Task A_write_is_no_success_without_the_document_of_the_object(
        [ValueSource(nameof(Answers))] string answer, [Values("put", "copy", "complete", "part", "begin")] string call)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = await served.Store.CreateBucketAsync("bucket");
        ObjectProperties source = await direct.PutAsync("source", "source"u8.ToArray());
        MultipartUpload upload = await direct.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, new byte[1]);
        var between = new Between(static request => request.Method == HttpMethod.Post, answer);
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => between).GetBucket("bucket");
        MultipartUpload through = bucket.GetMultipartUpload("object", upload.UploadId);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(async () =>
        {
            switch (call)
            {
                case "put":
                    await bucket.PutAsync("object", new byte[3]);
                    break;
                case "copy":
                    await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "object");
                    break;
                case "complete":
                    await through.CompleteAsync([part]);
                    break;
                case "part":
                    await through.UploadPartAsync(2, new byte[1]);
                    break;
                default:
                    await bucket.CreateMultipartUploadAsync("another");
                    break;
            }
        }))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.InternalError, true)), error.ToString());
        Assert.That(await direct.ExistsAsync("object"), Is.False);
        Assert.That(await upload.ListPartsAsync().CountAsync(), Is.EqualTo(1), "the upload is as it was");
        Assert.That((await direct.HeadAsync("source")).Revision, Is.EqualTo(source.Revision));
    }

    [Test]
    public async Task A_delete_is_no_success_when_the_answer_is_a_page([Values("html", "object without etag")] string answer)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = await served.Store.CreateBucketAsync("bucket");
        ObjectProperties stored = await direct.PutAsync("object", new byte[1]);
        var between = new Between(static request => request.Method == HttpMethod.Delete, answer);
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => between).GetBucket("bucket");

        StorageException plain = (await Assert.ThrowsAsync<StorageException>(() => bucket.DeleteAsync("object")))!;
        StorageException pinned = (await Assert.ThrowsAsync<StorageException>(
            () => bucket.DeleteAsync("object", new DeleteOptions { IfRevision = stored.Revision })))!;

        Assert.That((plain.Code, plain.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.InternalError, true)), plain.ToString());
        Assert.That(pinned.IsOutcomeUnknown, Is.True, pinned.ToString());
        Assert.That((await bucket.DeleteManyAsync(["object"])).Failures, Has.Count.EqualTo(1));
        Assert.That(await direct.ExistsAsync("object"), Is.True);
    }

    [Test]
    public async Task A_read_is_no_success_without_the_document_that_was_asked_for(
        [ValueSource(nameof(Answers))] string answer, [Values(
            "head", "exists", "get", "list", "uploads", "parts", "buckets", "bucket exists", "check")] string call)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = await served.Store.CreateBucketAsync("bucket");
        await direct.PutAsync("object", new byte[1]);
        MultipartUpload upload = await direct.CreateMultipartUploadAsync("object");
        var between = new Between(static request => request.Method == HttpMethod.Get, answer);
        ObjectStore store = served.Open(o => o.HandlerFactory = _ => between);
        Bucket bucket = store.GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(async () =>
        {
            switch (call)
            {
                case "head":
                    await bucket.HeadAsync("object");
                    break;
                case "exists":
                    await bucket.ExistsAsync("object");
                    break;
                case "get":
                    await bucket.GetAsync("object");
                    break;
                case "list":
                    await bucket.ListAsync().CountAsync();
                    break;
                case "uploads":
                    await bucket.ListMultipartUploadsAsync().CountAsync();
                    break;
                case "parts":
                    await bucket.GetMultipartUpload("object", upload.UploadId).ListPartsAsync().CountAsync();
                    break;
                case "buckets":
                    await store.ListBucketsAsync().CountAsync();
                    break;
                case "bucket exists":
                    await store.BucketExistsAsync("bucket");
                    break;
                default:
                    await store.CheckAsync();
                    break;
            }
        }))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.InternalError, false)), error.ToString());
    }

    [Test]
    public async Task A_bucket_whose_list_is_no_list_is_not_deleted([Values("html", "empty", "{}")] string answer)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = await served.Store.CreateBucketAsync("bucket");
        await direct.PutAsync("object", new byte[1]);
        await direct.CreateMultipartUploadAsync("another");
        int kept = served.InternalNames.Count();
        var between = new Between(
            static request =>
                request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("/o", StringComparison.Ordinal), answer);
        ObjectStore store = served.Open(o => o.HandlerFactory = _ => between);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.DeleteBucketAsync("bucket")))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InternalError), error.ToString());
        Assert.That(await served.Store.BucketExistsAsync("bucket"), Is.True);
        Assert.That(served.InternalNames.Count(), Is.EqualTo(kept), "uploads are as they were");
    }

    [Test]
    public async Task Bytes_that_are_a_page_are_not_the_object([Values] bool withLength)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = await served.Store.CreateBucketAsync("bucket");
        await direct.PutAsync("object", new byte[Html.Length]);
        var between = new Between(static request => request.RequestUri!.Query.Contains("alt=media", StringComparison.Ordinal), "html")
        {
            WithLength = withLength,
        };
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => between).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await using ObjectReader reader = await bucket.GetAsync("object");
            await reader.ReadAllAsync();
        }))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InternalError), error.ToString());
    }

    [Test]
    public async Task A_body_without_a_length_is_read_whole()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        byte[] bytes = [.. Enumerable.Range(0, 100_000).Select(static n => (byte)n)];
        await served.Store.GetBucket("bucket").PutAsync("object", bytes);
        using var chunking = new ChunkingHandler();
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => chunking).GetBucket("bucket");

        await using ObjectReader reader = await bucket.GetAsync("object");

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
    }

    [Test]
    public async Task A_completion_whose_answer_shows_another_object_is_no_success()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = await served.Store.CreateBucketAsync("bucket");
        await direct.PutAsync("object", "theirs"u8.ToArray());
        MultipartUpload upload = await direct.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, new byte[1]);
        var between = new Between(static request => request.Method == HttpMethod.Post, "object of another write");
        MultipartUpload through = served.Open(
            o => o.HandlerFactory = _ => between).GetBucket("bucket").GetMultipartUpload("object", upload.UploadId);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => through.CompleteAsync([part])))!;

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
        Assert.That((await direct.HeadAsync("object")).Size, Is.EqualTo(6));
    }

    /// <summary>Answers by itself what a condition names.</summary>
    private sealed class Between(Func<HttpRequestMessage, bool> answers, string answer) : DelegatingHandler(new SocketsHttpHandler())
    {
        public bool WithLength { get; init; } = true;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!answers(request))
            {
                return base.SendAsync(request, cancellationToken);
            }

            string path = Uri.UnescapeDataString(request.RequestUri!.AbsoluteUri);
            string name = path.Contains("name=", StringComparison.Ordinal)
                ? path[(path.IndexOf("name=", StringComparison.Ordinal) + 5)..].Split('&')[0]
                : path.Split("/o/")[^1].Split('?')[0].Replace("/compose", "", StringComparison.Ordinal);
            string body = answer switch
            {
                "html" => Html,
                "empty" => "",
                "object without generation" => $$"""{"kind":"storage#object","name":"{{name}}","etag":"e","size":"3"}""",
                "object without etag" => $$"""{"kind":"storage#object","name":"{{name}}","generation":"5","size":"3"}""",
                "object of another name" => """{"kind":"storage#object","name":"another","generation":"5","etag":"e","size":"3"}""",
                "object of another write" => $$"""{"kind":"storage#object","name":"{{name}}","generation":"5","etag":"e","size":"3"}""",
                _ => answer,
            };
            byte[] bytes = Encoding.UTF8.GetBytes(body);
            HttpContent content = WithLength ? new ByteArrayContent(bytes) : new StreamContent(new UnseekableStream(bytes));
            content.Headers.ContentType = new MediaTypeHeaderValue(answer == "html" ? "text/html" : "application/json");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
        }
    }

    /// <summary>A proxy that sends bodies on in chunks, without their length.</summary>
    private sealed class ChunkingHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            var content = new StreamContent(new UnseekableStream(await response.Content.ReadAsByteArrayAsync(cancellationToken)));
            content.Headers.ContentType = response.Content.Headers.ContentType;
            response.Content = content;
            return response;
        }
    }

    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
