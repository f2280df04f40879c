using System.Net;
using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Tests the meaning of refusals, and how often and when a refused request is sent again.</summary>
public sealed class RefusalTests
{
    [TestCase("put")]
    [TestCase("put if absent")]
    [TestCase("delete")]
    [TestCase("delete if revision")]
    [TestCase("copy")]
    [TestCase("complete")]
    public async Task A_501_is_definite(string call)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        ObjectProperties source = await bucket.PutAsync("source", new byte[1]);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, new byte[1]);
        served.Server.Faults.Add(
            static request =>
                request.Operation is not ("objects.get" or "objects.list" or "objects.patch"), Fault.Refusing(501), times: int.MaxValue);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(async () => await (call switch
        {
            "put" => bucket.PutAsync("object", new byte[1]),
            "put if absent" => bucket.PutAsync("object", new byte[1], new PutOptions { IfAbsent = true }),
            "delete" => bucket.DeleteAsync("absent"),
            "delete if revision" => bucket.DeleteAsync("absent", new DeleteOptions { IfRevision = source.Revision }),
            "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "object"),
            _ => (Task)upload.CompleteAsync([part]),
        })))!;

        Assert.That(
            (error.Code, error.Status, error.IsOutcomeUnknown),
            Is.EqualTo((StorageErrorCode.NotSupported, (int?)501, false)),
            error.ToString());
    }

    [TestCase("text/html; charset=UTF-8")]
    [TestCase("text/plain")]
    [TestCase("application/json")]
    public async Task A_reason_in_JSON_counts_whatever_the_content_type_says(string contentType)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        const string json = """{"error":{"code":403,"message":"Slower.","errors":[{"reason":"rateLimitExceeded"}]}}""";
        using var refusing = new RefusingHandler(contentType, json);
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => refusing).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("object", new byte[1])))!;

        Assert.That(
            (error.Code, error.ProviderCode, error.IsTransient),
            Is.EqualTo((StorageErrorCode.SlowDown, "rateLimitExceeded", true)),
            error.ToString());
    }

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    public async Task A_redirect_is_not_followed_with_the_token(int status)
    {
        using var redirecting = new RedirectingHandler(status);
        await using ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = "container", UnauthenticatedAccess = true, HandlerFactory = _ => redirecting });

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.GetBucket("bucket").HeadAsync("object")))!;

        Assert.That((error.Code, error.Status), Is.EqualTo((StorageErrorCode.InternalError, (int?)status)), error.ToString());
        Assert.That(redirecting.Hosts, Is.EqualTo(new[] { "storage.googleapis.com" }));
    }

    [TestCase("<html><body>Forbidden</body></html>")]
    [TestCase("")]
    [TestCase("{ no JSON")]
    public async Task A_refusal_without_a_reason_is_judged_by_its_status(string body)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        using var refusing = new RefusingHandler("text/html", body);
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => refusing).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("object", new byte[1])))!;

        Assert.That((error.Code, error.ProviderCode), Is.EqualTo((StorageErrorCode.AccessDenied, (string?)null)), error.ToString());
    }

    [TestCase("objects.get")]
    [TestCase("objects.insert multipart")]
    public async Task The_time_that_the_service_asks_for_is_waited_for(string method)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        var time = new HurriedTime();
        Bucket bucket = served.Open(time: time).GetBucket("bucket");
        served.Server.Faults.Add(record => record.Operation == method, Fault.Refusing(503, TimeSpan.FromSeconds(7)));

        await (method == "objects.get" ? bucket.ExistsAsync("object") : (Task)bucket.PutAsync("object", new byte[1]));

        Assert.That(time.Waits, Does.Contain(TimeSpan.FromSeconds(7)));
        Assert.That(served.Server.Requests.Operations.Count(operation => operation == method), Is.GreaterThan(1));
    }

    [TestCase("head", 7)]
    [TestCase("list", 7)]
    [TestCase("put if absent", 7)]
    [TestCase("put", 1)]
    [TestCase("copy", 1)]
    [TestCase("delete", 1)]
    [TestCase("delete many", 1)]
    [TestCase("delete if revision", 7)]
    [TestCase("part", 7)]
    public async Task A_request_that_is_always_refused_is_sent_so_often_and_no_more(string call, int times)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        ObjectProperties source = await bucket.PutAsync("source", new byte[1]);
        await bucket.PutAsync("target", new byte[1]);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        string method = call switch
        {
            "head" => "objects.get",
            "list" => "objects.list",
            "copy" => "objects.rewrite",
            _ when call.StartsWith("delete", StringComparison.Ordinal) => "objects.delete",
            _ => "objects.insert multipart",
        };
        served.Server.Requests.Clear();
        served.Server.Faults.Add(record => record.Operation == method, Fault.Refusing(503), times: int.MaxValue);

        try
        {
            await (call switch
            {
                "head" => bucket.HeadAsync("source"),
                "list" => bucket.ListPageAsync(),
                "put" => bucket.PutAsync("source", new byte[1]),
                "put if absent" => bucket.PutAsync("object", new byte[1], new PutOptions { IfAbsent = true }),
                "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "target"),
                "delete" => bucket.DeleteAsync("source"),
                "delete many" => FailAsync(bucket.DeleteManyAsync(["source"])),
                "delete if revision" => bucket.DeleteAsync("source", new DeleteOptions { IfRevision = source.Revision }),
                _ => (Task)upload.UploadPartAsync(1, new byte[1]),
            });
            Assert.Fail("It was refused.");
        }
        catch (StorageException error)
        {
            Assert.That(error.IsTransient, Is.True, error.ToString());
        }

        Assert.That(served.Server.Requests.Operations.Count(operation => operation == method), Is.EqualTo(times));
    }

    private static async Task FailAsync(Task<DeleteManyResult> deleting) => throw (await deleting).Failures.Single().Error;

    private sealed class RedirectingHandler(int status) : HttpMessageHandler
    {
        public List<string> Hosts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            var response = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = request };
            response.Headers.Location = new Uri("https://elsewhere.example/");
            return Task.FromResult(response);
        }
    }

    private sealed class RefusingHandler(string contentType, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = content, RequestMessage = request });
        }
    }
}
