using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Uploads;

/// <summary>
/// A completion that fails before its commit can land gives the upload back. Otherwise an abort would wait until the claim counts as dead.
/// </summary>
public sealed class ReleasedClaimTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [TestCase(400)]
    [TestCase(403)]
    public async Task A_refused_commit_gives_its_claim_back(int status)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served);
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", Fault.Refusing(status), times: int.MaxValue);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => upload.CompleteAsync([part])))!;

        Assert.That((error.Status, error.IsOutcomeUnknown), Is.EqualTo(((int?)status, false)), error.ToString());
        await AbortAsync(served, upload);
    }

    [Test]
    public async Task A_claim_of_unknown_outcome_is_given_back()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served);
        served.Server.Faults.Add(static request => request.Operation == "objects.patch", new Fault(FaultKind.CutAfter));
        served.Server.Faults.Add(static request => request.Operation == "objects.patch", Fault.Refusing(403));

        await Assert.ThatAsync(() => upload.CompleteAsync([part]), Throws.TypeOf<StorageException>());

        Assert.That(served.Server.Requests.Operations, Does.Not.Contain("objects.compose"), "nothing was committed");
        await AbortAsync(served, upload);
    }

    [Test]
    public async Task A_completion_that_is_cancelled_before_its_commit_gives_its_claim_back()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served);
        using var cancellation = new CancellationTokenSource();
        var cancelling = new CancellingHandler(cancellation);
        MultipartUpload cancelled = served.Open(o => o.HandlerFactory = _ => cancelling)
            .GetBucket("bucket").GetMultipartUpload("object", upload.UploadId);

        await Assert.CatchAsync<OperationCanceledException>(
            () => cancelled.CompleteAsync([part], cancellationToken: cancellation.Token));

        Assert.That(served.Server.Requests.Operations, Does.Contain("objects.patch"), "it had claimed the upload");
        Assert.That(served.Server.Requests.Operations, Does.Not.Contain("objects.compose"), "nothing was committed");
        await AbortAsync(served, upload);
    }

    [Test]
    public async Task A_commit_whose_answer_was_lost_keeps_its_claim()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served);
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", new Fault(FaultKind.Cut));
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", Fault.Refusing(403), times: int.MaxValue);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => upload.CompleteAsync([part])))!;

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.CatchAsync<OperationCanceledException>(() => upload.AbortAsync(cancellation.Token));
        Assert.That(served.InternalNames, Is.Not.Empty, "the abort waits, because the commit can still land");
    }

    private static async Task<(MultipartUpload Upload, PartInfo Part)> UploadAsync(ServedStore served)
    {
        MultipartUpload upload = await served.Store.GetBucket("bucket").CreateMultipartUploadAsync("object");
        return (upload, await upload.UploadPartAsync(1, new byte[1]));
    }

    private static async Task AbortAsync(ServedStore served, MultipartUpload upload)
    {
        served.Server.Faults.Clear();
        await upload.AbortAsync().WaitAsync(Limit);
        Assert.That(served.InternalNames, Is.Empty);
    }

    /// <summary>Cancels after the answer to the first claim.</summary>
    private sealed class CancellingHandler(CancellationTokenSource cancellation) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _claims;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Patch && Interlocked.Increment(ref _claims) == 1)
            {
                // The whole answer is here, so the cancellation does not take it away.
                await answer.Content.LoadIntoBufferAsync(CancellationToken.None);
                await cancellation.CancelAsync();
            }

            return answer;
        }
    }
}
