using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Backends.Toolkit;

public class RequestTimerTests
{
    private const int Size = 1000;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly RequestLimits Limits = new();
    private static readonly TaskCanceledException Cancelled = new("The client gave up.");

    [Test]
    public void A_call_without_a_body_waits_for_its_answer_from_the_start()
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        time.Advance(Limits.Answer - Moment);
        Assert.That((timer.HasExpired, timer.Token.IsCancellationRequested), Is.EqualTo((false, false)));
        Assert.That(timer.Explain(Cancelled, isWrite: true), Is.Null);
        time.Advance(Moment);
        Assert.That((timer.HasExpired, timer.Token.IsCancellationRequested), Is.EqualTo((true, true)));
        RequireTimeout(timer, "did not answer within 120 s", nameof(ObjectStoreOptions.AnswerTimeout), mayHaveLanded: true);
    }

    [Test]
    public void Work_on_the_server_has_a_limit_of_its_own()
    {
        var time = new ManualTime();
        using var timer = RequestTimer.StartServerWork(Limits, time, CancellationToken.None);
        time.Advance(Limits.ServerWork - Moment);
        Assert.That(timer.HasExpired, Is.False);
        time.Advance(Moment);
        RequireTimeout(timer, "did not answer within 900 s", nameof(ObjectStoreOptions.ServerWorkTimeout), mayHaveLanded: true);
    }

    [Test]
    public async Task A_body_that_flows_is_sent_for_as_long_as_it_takes([Values] bool canSeek)
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        await using Stream body = timer.Watch(Body(canSeek));
        await SendAsync(time, body, reads: 10);
        Assert.That(timer.HasExpired, Is.False, "after ten minutes");

        time.Advance(Limits.Answer - Moment);
        Assert.That(timer.HasExpired, Is.False);
        time.Advance(Moment);
        RequireTimeout(timer, "did not answer within 120 s", nameof(ObjectStoreOptions.AnswerTimeout), mayHaveLanded: true);
    }

    [Test]
    public async Task A_body_that_stands_still_ends_the_call_and_nothing_has_landed([Values] bool canSeek)
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        await using Stream body = timer.Watch(Body(canSeek));
        await body.ReadExactlyAsync(new byte[Size / 2]);
        time.Advance(Limits.Idle - Moment);
        Assert.That(timer.HasExpired, Is.False);
        time.Advance(Moment);
        RequireTimeout(timer, "accepted no byte of the body for 60 s", nameof(ObjectStoreOptions.IdleTimeout), mayHaveLanded: false);
    }

    [Test]
    public async Task A_body_that_is_sent_again_is_idle_anew_and_the_first_time_may_have_landed([Values] bool canSeek)
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        Stream body = timer.Watch(Body(canSeek));
        await SendAsync(time, body, reads: 10);
        time.Advance(Limits.Answer - Moment);
        if (canSeek)
        {
            body.Position = 0;
        }
        else
        {
            body = timer.Watch(Body(canSeek));
        }

        await body.ReadExactlyAsync(new byte[1]);
        time.Advance(Limits.Idle - Moment);
        Assert.That(timer.HasExpired, Is.False);
        time.Advance(Moment);
        RequireTimeout(timer, "accepted no byte of the body for 60 s", nameof(ObjectStoreOptions.IdleTimeout), mayHaveLanded: true);
    }

    /// <summary>Otherwise an SDK that sends a body again and again, such as after redirects, would never end.</summary>
    [Test]
    public async Task The_waits_of_all_attempts_together_are_no_longer_than_the_limit([Values] bool canSeek, [Values] bool isCopied)
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        Stream body = timer.Watch(Body(canSeek));
        for (int attempt = 0; attempt < 3; attempt++)
        {
            byte[] more = new byte[Size + 1];
            await (isCopied ? body.CopyToAsync(Stream.Null) : body.ReadAtLeastAsync(more, Size + 1, throwOnEndOfStream: false).AsTask());
            Assert.That(timer.HasExpired, Is.False, $"{attempt}");
            time.Advance((Limits.Answer / 3) - Moment);
            body = Again(timer, body, canSeek);
        }

        await body.CopyToAsync(Stream.Null);
        time.Advance(3 * Moment);
        RequireTimeout(timer, "did not answer within 120 s", nameof(ObjectStoreOptions.AnswerTimeout), mayHaveLanded: true);
    }

    /// <summary>A server can want a body again so soon that nobody waits.</summary>
    [Test]
    public async Task A_body_is_not_sent_without_end([Values] bool canSeek, [Values] bool isWrite)
    {
        using var timer = RequestTimer.Start(Limits, new ManualTime(), CancellationToken.None);
        Stream body = timer.Watch(Body(canSeek));
        int sent = 0;
        OperationCanceledException? ended = null;
        while (ended is null && sent < 1000)
        {
            try
            {
                await body.CopyToAsync(Stream.Null);
                sent++;
                body = Again(timer, body, canSeek);
            }
            catch (OperationCanceledException cancelled)
            {
                ended = cancelled;
            }
        }

        Assert.That(sent, Is.EqualTo(50));
        StorageException? error = timer.Explain(ended!, isWrite);
        Assert.That((error?.Code, error?.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.RequestTimeout, isWrite)));
        Assert.That(error!.Message, Does.Contain("redirect"));
    }

    [Test]
    public async Task Few_bytes_in_memory_are_not_sent_without_end_either()
    {
        using var timer = RequestTimer.Start(Limits, new ManualTime(), CancellationToken.None);
        Stream body = timer.Watch(StorageBody.FromBytes(new byte[Size]).OpenRewindable());
        for (int sent = 0; sent < 50; sent++)
        {
            await body.CopyToAsync(Stream.Null);
            body.Position = 0;
        }

        OperationCanceledException ended = await Catch.AsyncAs<OperationCanceledException>(() => body.CopyToAsync(Stream.Null));
        Assert.That(timer.Explain(ended, isWrite: true)!.Message, Does.Contain("redirect"));
    }

    [Test]
    public async Task A_source_may_take_as_long_as_it_likes([Values] bool isCopied)
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        var source = new SteppedBody(new byte[Size]);
        await using Stream body = timer.Watch(source);
        Task reading = isCopied ? body.CopyToAsync(Stream.Null) : body.ReadAtLeastAsync(new byte[Size], Size).AsTask();
        foreach (int total in (int[])[Size / 2, Size])
        {
            time.Advance(TimeSpan.FromHours(1));
            source.Deliver(Size / 2);
            await Until.TrueAsync(() => source.Delivered == total);
        }

        if (isCopied)
        {
            source.Deliver(0);
        }

        await reading.WaitAsync(Until.Patience);
        Assert.That(timer.HasExpired, Is.False);
    }

    [Test]
    public async Task A_source_may_take_as_long_as_it_likes_before_its_read_returns([Values] bool fails)
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        await using Stream body = timer.Watch(new BlockingSource(() => time.Advance(TimeSpan.FromHours(1)), fails));
        for (int read = 0; read < 2 && !fails; read++)
        {
            Assert.That(await body.ReadAsync(new byte[10]), Is.EqualTo(10));
        }

        if (fails)
        {
            Assert.That(async () => await body.ReadAsync(new byte[10]), Throws.InstanceOf<IOException>());
        }

        Assert.That(timer.HasExpired, Is.False);
        time.Advance(Limits.Idle);
        Assert.That(timer.HasExpired, Is.True, "then it is the turn of the upstream");
    }

    [Test]
    public async Task A_body_in_memory_that_is_copied_flows_piece_by_piece()
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        byte[] bytes = Bytes.Of(1024 * 1024);
        await using Stream body = timer.Watch(StorageBody.FromBytes(bytes).OpenRewindable());
        var line = new SlowLine(() => time.Advance(Limits.Idle - Moment));

        await body.CopyToAsync(line);

        Assert.That(timer.HasExpired, Is.False, "after eight minutes");
        Assert.That(line.ToArray(), Is.EqualTo(bytes));
        time.Advance(Limits.Answer);
        RequireTimeout(timer, "did not answer within 120 s", nameof(ObjectStoreOptions.AnswerTimeout), mayHaveLanded: true);
    }

    [Test]
    public async Task A_body_that_is_copied_to_a_line_that_stands_still_ends_the_call()
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        await using Stream body = timer.Watch(StorageBody.FromBytes(Bytes.Of(1024 * 1024)).OpenRewindable());
        var line = new SlowLine(() => time.Advance(Limits.Idle));

        await body.CopyToAsync(line);

        RequireTimeout(timer, "accepted no byte of the body for 60 s", nameof(ObjectStoreOptions.IdleTimeout), mayHaveLanded: true);
    }

    [Test]
    public async Task A_source_that_fails_is_reported_as_itself_and_the_call_has_a_limit_still()
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        var failure = new StorageException(StorageErrorCode.IncompleteBody, "The source failed.");
        var source = new SequentialSource(new byte[Size]) { BeforeRead = (_, _) => throw failure };
        await using Stream body = timer.Watch(source);
        await Catch.AsyncAs<StorageException>(() => body.ReadExactlyAsync(new byte[1]).AsTask());
        Assert.That(timer.HasExpired, Is.False);
        time.Advance(Limits.Idle);
        Assert.That(timer.HasExpired, Is.True);
        Assert.That(timer.Explain(new HttpRequestException("Copying failed.", failure), isWrite: true), Is.Null);
    }

    [Test]
    public async Task A_caller_who_cancels_is_no_limit_that_expired()
    {
        var time = new ManualTime();
        using var cancel = new CancellationTokenSource();
        using var timer = RequestTimer.Start(Limits, time, cancel.Token);
        await cancel.CancelAsync();
        Assert.That((timer.Token.IsCancellationRequested, timer.HasExpired), Is.EqualTo((true, false)));
        time.Advance(Limits.Answer);
        Assert.That(timer.Explain(Cancelled, isWrite: true), Is.Null);
    }

    [Test]
    public async Task Limits_of_for_ever_never_expire()
    {
        var time = new ManualTime();
        var none = new RequestLimits { Idle = Timeout.InfiniteTimeSpan, Answer = Timeout.InfiniteTimeSpan };
        using var timer = RequestTimer.Start(none, time, CancellationToken.None);
        await using Stream body = timer.Watch(Body(canSeek: true));
        time.Advance(TimeSpan.FromDays(100));
        await body.ReadExactlyAsync(new byte[Size]);
        time.Advance(TimeSpan.FromDays(100));
        Assert.That((timer.HasExpired, timer.Token.IsCancellationRequested, time.Waits.Count), Is.EqualTo((false, false, 0)));
    }

    [Test]
    public void Nothing_expires_after_the_end()
    {
        var time = new ManualTime();
        var ended = RequestTimer.Start(Limits, time, CancellationToken.None);
        CancellationToken token = ended.Token;
        ended.Dispose();
        ended.Dispose();
        time.Advance(Limits.Answer);
        Assert.That(token.IsCancellationRequested, Is.False);
    }

    [Test]
    public void A_timer_that_is_disposed_again_ends_no_other_calls_limit()
    {
        for (int call = 0; call < 300; call++)
        {
            var ended = RequestTimer.Start(Limits, TimeProvider.System, CancellationToken.None);
            ended.Dispose();
            using var next = RequestTimer.Start(Limits, TimeProvider.System, CancellationToken.None);
            ended.Dispose();
            using var other = RequestTimer.Start(Limits, TimeProvider.System, CancellationToken.None);
            Assert.That(other.Token, Is.Not.EqualTo(next.Token));
        }
    }

    [Test]
    public void Few_bytes_in_memory_are_sent_at_once_so_only_the_answer_is_waited_for()
    {
        var time = new ManualTime();
        using var timer = RequestTimer.Start(Limits, time, CancellationToken.None);
        Stream body = StorageBody.FromBytes(new byte[Size]).OpenRewindable();

        Assert.That(timer.Watch(body), Is.SameAs(body));

        time.Advance(Limits.Answer);
        RequireTimeout(timer, "did not answer within 120 s", nameof(ObjectStoreOptions.AnswerTimeout), mayHaveLanded: true);
    }

    [Test]
    public async Task A_body_that_is_read_on_after_the_end_moves_no_other_calls_limit()
    {
        var ended = RequestTimer.Start(Limits, TimeProvider.System, CancellationToken.None);
        await using Stream body = ended.Watch(Body(canSeek: true));
        ended.Dispose();
        RequestLimits soon = Limits with { Answer = TimeSpan.FromMilliseconds(50) };
        using var next = RequestTimer.Start(soon, TimeProvider.System, CancellationToken.None);
        await body.ReadExactlyAsync(new byte[1]);
        await Until.CancelledAsync(next.Token).ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Until.Patience);
        Assert.That(next.HasExpired, Is.True);
    }

    [Test]
    public void A_call_that_ends_in_time_allocates_nothing()
    {
        const int calls = 1000;
        using var cancel = new CancellationTokenSource();
        RunCalls(calls, cancel.Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunCalls(calls, cancel.Token);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / calls;
        Assert.That(each, Is.Zero, "bytes for a call");
    }

    [Test]
    public async Task A_token_that_was_cancelled_serves_no_other_call()
    {
        using (var expired = RequestTimer.Start(Limits with { Answer = Moment }, TimeProvider.System, CancellationToken.None))
        {
            await Until.CancelledAsync(expired.Token).ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Until.Patience);
        }

        using var cancel = new CancellationTokenSource();
        using (RequestTimer.Start(Limits, TimeProvider.System, cancel.Token))
        {
            await cancel.CancelAsync();
        }

        for (int call = 0; call < 300; call++)
        {
            var next = RequestTimer.Start(Limits, TimeProvider.System, CancellationToken.None);
            Assert.That(next.Token.IsCancellationRequested, Is.False);
        }
    }

    private static void RunCalls(int count, CancellationToken cancellationToken)
    {
        for (int call = 0; call < count; call++)
        {
            using var timer = RequestTimer.Start(Limits, TimeProvider.System, cancellationToken);
        }
    }

    private static Stream Body(bool canSeek) => canSeek ? new MemoryStream(new byte[Size]) : new SequentialSource(new byte[Size]);

    private static async Task SendAsync(ManualTime time, Stream body, int reads)
    {
        byte[] buffer = new byte[Size / reads];
        for (int read = 0; read < reads; read++)
        {
            await body.ReadExactlyAsync(buffer);
            time.Advance(Limits.Idle - Moment);
        }

        Assert.That(await body.ReadAsync(buffer), Is.Zero);
    }

    private static Stream Again(RequestTimer timer, Stream body, bool canSeek)
    {
        if (!canSeek)
        {
            return timer.Watch(Body(canSeek));
        }

        body.Position = 0;
        return body;
    }

    private static void RequireTimeout(RequestTimer timer, string reason, string option, bool mayHaveLanded)
    {
        StorageException error = timer.Explain(Cancelled, isWrite: true)!;
        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.RequestTimeout, mayHaveLanded)));
        Assert.That(error.InnerException, Is.SameAs(Cancelled));
        Assert.That(error.Message, Does.Contain(reason).And.Contain(option));
        Assert.That(timer.Explain(Cancelled, isWrite: false)!.IsOutcomeUnknown, Is.False);
        Assert.That(timer.Token.IsCancellationRequested, Is.True);
    }

    /// <summary>Reads synchronously, which takes its time.</summary>
    private sealed class BlockingSource(Action pass, bool fails) : MemoryStream(new byte[Size])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            pass();
            return fails ? throw new IOException("The source failed.") : base.ReadAsync(buffer, cancellationToken);
        }
    }

    /// <summary>Time passes with every piece that is written.</summary>
    private sealed class SlowLine(Action pass) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            pass();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
