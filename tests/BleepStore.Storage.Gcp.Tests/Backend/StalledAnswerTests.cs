using System.Net;
using System.Net.Http.Headers;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Gcp.Tests.Backend;

/// <summary>A service that sends the headers of an answer, and then nothing more.</summary>
public sealed class StalledAnswerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [TestCase(HttpStatusCode.OK)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task A_read_whose_answer_stalls_is_cancelled_by_the_caller(HttpStatusCode status)
    {
        using var service = new StallingHandler(status);
        await using ObjectStore store = Open(service);
        using var cancellation = new CancellationTokenSource();

        Task<bool> reading = store.GetBucket("bucket").ExistsAsync("object", cancellation.Token);
        await service.Stalled.WaitAsync(Limit);
        await cancellation.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => reading.WaitAsync(Limit));
    }

    [Test]
    public async Task A_put_whose_answer_stalls_is_cancelled_by_the_caller()
    {
        using var service = new StallingHandler(HttpStatusCode.OK);
        await using ObjectStore store = Open(service);
        using var cancellation = new CancellationTokenSource();

        Task<ObjectProperties> putting = store.GetBucket("bucket").PutAsync("object", new byte[1], cancellationToken: cancellation.Token);
        await service.Stalled.WaitAsync(Limit);
        await cancellation.CancelAsync();

        var cancelled = (OperationCanceledException)(await Assert.CatchAsync<OperationCanceledException>(() => putting.WaitAsync(Limit)))!;
        Assert.That((cancelled.InnerException as StorageException)?.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_read_whose_answer_stalls_ends_at_the_deadline()
    {
        using var service = new StallingHandler(HttpStatusCode.OK);
        await using ObjectStore store = Open(service, new ShortTime());

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.GetBucket("bucket").HeadAsync("object").WaitAsync(Limit)))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.RequestTimeout, false)));
    }

    [Test]
    public async Task A_put_whose_answer_stalls_ends_at_the_deadline_and_may_have_taken_effect()
    {
        using var service = new StallingHandler(HttpStatusCode.OK);
        await using ObjectStore store = Open(service, new ShortTime());

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.GetBucket("bucket").PutAsync("object", new byte[1]).WaitAsync(Limit)))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.RequestTimeout, true)));
    }

    [Test]
    public async Task A_refusal_whose_reason_stalls_is_judged_by_its_status()
    {
        using var service = new StallingHandler(HttpStatusCode.Forbidden);
        await using ObjectStore store = Open(service, new ShortTime());

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.GetBucket("bucket").HeadAsync("object").WaitAsync(Limit)))!;

        Assert.That((error.Code, error.Status), Is.EqualTo((StorageErrorCode.AccessDenied, (int?)403)));
    }

    private static ObjectStore Open(StallingHandler service, TimeProvider? time = null) =>
        GcpStore.Create(new GcpBackendOptions { Bucket = "container", UnauthenticatedAccess = true, HandlerFactory = _ => service }, timeProvider: time);

    private sealed class StallingHandler(HttpStatusCode status) : HttpMessageHandler
    {
        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when a body is waited for.</summary>
        public Task Stalled => _stalled.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is not null)
            {
                await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            }

            var body = new StreamContent(new ScriptedStream([1]) { BeforeRead = (_, token) => StallAsync(token) });
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return new HttpResponseMessage(status) { Content = body, RequestMessage = request };
        }

        private Task StallAsync(CancellationToken cancellationToken)
        {
            _stalled.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    /// <summary>A clock whose timers run a hundred times as fast: a deadline of minutes is one of seconds.</summary>
    private sealed class ShortTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

        private static TimeSpan Shorter(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / 100;
    }
}
