using System.Net;
using System.Net.Sockets;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Where nothing can have taken effect, a failure says so.</summary>
internal sealed class RefusedConnectionTests
{
    [TestCase("put")]
    [TestCase("put if absent")]
    [TestCase("delete")]
    [TestCase("delete if revision")]
    [TestCase("create bucket")]
    [TestCase("begin")]
    public async Task A_refused_connection_leaves_no_doubt(string call)
    {
        await using ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = "container", ServiceUrl = ClosedPort(), UnauthenticatedAccess = true },
            timeProvider: new HurriedTime());
        Bucket bucket = store.GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(async () => await (call switch
        {
            "put" => bucket.PutAsync("object", new byte[1]),
            "put if absent" => bucket.PutAsync("object", new byte[1], new PutOptions { IfAbsent = true }),
            "delete" => bucket.DeleteAsync("object"),
            "delete if revision" => bucket.DeleteAsync("object", new DeleteOptions { IfRevision = "5" }),
            "create bucket" => store.CreateBucketAsync("bucket"),
            _ => (Task)bucket.CreateMultipartUploadAsync("object"),
        })))!;

        Assert.That((error.Code, error.IsTransient, error.IsOutcomeUnknown), Is.EqualTo(
            (StorageErrorCode.ServiceUnavailable, true, false)), error.ToString());
    }

    [Test]
    public async Task An_earlier_try_that_may_have_landed_keeps_the_doubt_although_the_last_one_was_refused()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        using var gone = new GoneHandler(goesAt: 2);
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => gone, new HurriedTime()).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            () => bucket.PutAsync("object", new byte[1], new PutOptions { IfAbsent = true })))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.ServiceUnavailable, true)), error.ToString());
    }

    [Test]
    public async Task A_large_put_that_fails_before_its_commit_leaves_no_doubt()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        served.Server.Faults.Add(static request => request.Name?.Contains(
            "/parts/", StringComparison.Ordinal) == true, Fault.Refusing(503), times: int.MaxValue);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("object", new byte[11 * 1024 * 1024])))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.ServiceUnavailable, false)), error.ToString());
        Assert.That(served.InternalNames, Is.Empty);
    }

    [TestCase(FaultKind.Cut)]
    [TestCase(FaultKind.CutAfter)]
    [TestCase(FaultKind.Refuse)]
    [TestCase(FaultKind.RefuseAfter)]
    public async Task An_upload_that_could_not_be_begun_leaves_no_record(FaultKind kind)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        served.Server.Faults.Add(static request => request.Operation == "objects.insert multipart", new Fault(kind), times: 7);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.CreateMultipartUploadAsync("object")))!;

        Assert.That(error.IsTransient, Is.True, error.ToString());
        Assert.That(served.InternalNames, Is.Empty);
        await bucket.CreateMultipartUploadAsync("object");
        Assert.That(served.InternalNames.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_beginning_that_is_cancelled_after_it_took_effect_leaves_no_record()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        using var cancellation = new CancellationTokenSource();
        using var cancelling = new CancellingHandler(cancellation);
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => cancelling).GetBucket("bucket");

        await Assert.CatchAsync<OperationCanceledException>(
            () => bucket.CreateMultipartUploadAsync("object", cancellationToken: cancellation.Token));

        Assert.That(served.InternalNames, Is.Empty);
        Assert.That(served.Server.Requests.Operations, Does.Contain("objects.insert multipart"));
    }

    private static Uri ClosedPort()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/");
    }

    /// <summary>A service that breaks one connection and then refuses all others.</summary>
    private sealed class GoneHandler(int goesAt) : HttpMessageHandler
    {
        private int _count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw (++_count < goesAt
                ? new HttpRequestException(HttpRequestError.ResponseEnded, "The connection broke.")
                : new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused."));
    }

    /// <summary>The caller cancels while the answer is on its way.</summary>
    private sealed class CancellingHandler(CancellationTokenSource cancellation) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Post)
            {
                await cancellation.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return response;
        }
    }
}
