using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Faults;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Gcp.Tests.Uploads;

/// <summary>Clocks of clients decide nothing. The service's clock does.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [TestCase(-60)]
    [TestCase(0)]
    [TestCase(30)]
    public async Task An_abort_waits_for_a_completion_that_is_under_way_whatever_its_own_clock_says(int minutes)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served.Store.GetBucket("bucket"));
        using var held = new HeldHandler();
        MultipartUpload completing = Through(served.Open(o => o.HandlerFactory = _ => held), upload);
        MultipartUpload aborting = Through(served.Open(time: new ShiftedTime { Shift = TimeSpan.FromMinutes(minutes) }), upload);

        Task<ObjectProperties> completion = completing.CompleteAsync([part]);
        await held.Composing.WaitAsync(Limit);
        served.Server.Requests.Clear();
        Task abort = aborting.AbortAsync();
        await Until.TrueAsync(() => Looks(served) >= 6, "the abort asks again by the real clock");
        Assert.That(abort.IsCompleted, Is.False);

        held.Release();
        ObjectProperties made = await completion.WaitAsync(Limit);
        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => abort.WaitAsync(Limit)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchUpload));
        Assert.That((await served.Store.GetBucket("bucket").HeadAsync("object")).Revision, Is.EqualTo(made.Revision));
    }

    [TestCase(-60)]
    [TestCase(0)]
    [TestCase(30)]
    public async Task A_claim_that_is_older_than_any_commit_is_dead_whatever_the_clock_of_the_client_says(int minutes)
    {
        var service = new ShiftedTime();
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { Time = service });
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served.Store.GetBucket("bucket"));
        service.Shift = TimeSpan.FromMinutes(-20);
        await DieWithClaimAsync(served, upload, part);
        service.Shift = TimeSpan.Zero;
        MultipartUpload aborting = Through(served.Open(time: new ShiftedTime { Shift = TimeSpan.FromMinutes(minutes) }), upload);

        await aborting.AbortAsync().WaitAsync(Limit);

        Assert.That(served.InternalNames, Is.Empty);
        await Assert.ThatAsync(() => upload.CompleteAsync(
            [part]), Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Code)).EqualTo(StorageErrorCode.NoSuchUpload));
    }

    [Test]
    public async Task A_completion_that_was_taken_for_dead_and_commits_all_the_same_wins_over_the_abort()
    {
        var service = new ShiftedTime();
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { Time = service });
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served.Store.GetBucket("bucket"));
        using var held = new HeldHandler();
        service.Shift = TimeSpan.FromMinutes(-20);
        Task<ObjectProperties> completion = Through(served.Open(o => o.HandlerFactory = _ => held), upload).CompleteAsync([part]);
        await held.Composing.WaitAsync(Limit);
        service.Shift = TimeSpan.Zero;
        var late = new LateHandler(
            static request => request.Method == HttpMethod.Delete,
            async () =>
            {
                held.Release();
                await completion.WaitAsync(Limit);
            });

        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            () => Through(served.Open(o => o.HandlerFactory = _ => late), upload).AbortAsync().WaitAsync(Limit)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchUpload), "an abort that succeeds has kept the object away");
        Assert.That(await served.Store.GetBucket("bucket").ExistsAsync("object"), Is.True);
    }

    [Test]
    public async Task Waiting_for_another_completion_backs_off()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        (MultipartUpload upload, PartInfo part) = await UploadAsync(served.Store.GetBucket("bucket"));
        await DieWithClaimAsync(served, upload, part);
        served.Server.Requests.Clear();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        await Assert.CatchAsync<OperationCanceledException>(() => Through(served.Open(), upload).AbortAsync(cancellation.Token));

        Assert.That(Looks(served), Is.InRange(4, 16), "two to eight polls of two requests");
    }

    private static int Looks(ServedStore served) =>
        served.Server.Requests.Operations.Count(static operation => operation == "objects.get");

    private static async Task<(MultipartUpload Upload, PartInfo Part)> UploadAsync(Bucket bucket)
    {
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        return (upload, await upload.UploadPartAsync(1, new byte[1]));
    }

    /// <summary>A dead process sends no further requests, so they are refused permanently from the commit on.</summary>
    private static async Task DieWithClaimAsync(ServedStore served, MultipartUpload upload, PartInfo part)
    {
        bool isDead = false;
        served.Server.Faults.Add(
            request => isDead = isDead || request.Operation == "objects.compose", Fault.Refusing(403), times: int.MaxValue);
        await Assert.ThatAsync(() => upload.CompleteAsync([part]), Throws.TypeOf<StorageException>());
        served.Server.Faults.Clear();
    }

    private static MultipartUpload Through(ObjectStore store, MultipartUpload upload) =>
        store.GetBucket("bucket").GetMultipartUpload("object", upload.UploadId);

    /// <summary>Holds the commit back until it is released.</summary>
    private sealed class HeldHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly TaskCompletionSource _composing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Composing => _composing.Task;

        public void Release() => _released.TrySetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/compose", StringComparison.Ordinal))
            {
                _composing.TrySetResult();
                await _released.Task.WaitAsync(cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Does something before the first request that a condition names.</summary>
    private sealed class LateHandler(Func<HttpRequestMessage, bool> matches, Func<Task> run) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _done;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (matches(request) && Interlocked.Exchange(ref _done, 1) == 0)
            {
                await run();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
