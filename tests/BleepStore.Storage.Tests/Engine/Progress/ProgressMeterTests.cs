using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BleepStore.Storage.Tests.Engine.Progress;

public class ProgressMeterTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Test]
    public async Task The_last_report_says_that_it_is_done()
    {
        var seen = new Recorder();
        var clock = new ManualTime();
        var meter = new ProgressMeter(seen, clock, NullLogger.Instance);

        meter.Begin(300);
        meter.Add(100);
        clock.Advance(TimeSpan.FromSeconds(2));
        meter.Add(200);
        meter.Finish();
        meter.End(300);

        TransferProgress last = await seen.DoneAsync();
        Assert.That((last.Bytes, last.TotalBytes, last.Elapsed), Is.EqualTo((300L, (long?)300L, TimeSpan.FromSeconds(2))));
        Assert.That((last.BytesPerSecond, last.Fraction), Is.EqualTo((150d, (double?)1d)));
    }

    [Test]
    public async Task Reports_come_at_most_ten_times_a_second()
    {
        var seen = new Recorder();
        var clock = new ManualTime();
        var meter = new ProgressMeter(seen, clock, NullLogger.Instance);
        meter.Begin(1000);

        for (int at = 0; at < 1000; at++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            meter.Add(1);
        }

        meter.End(1000);
        await seen.DoneAsync();
        Assert.That(seen.All, Has.Count.InRange(1, 12));
        Assert.That(seen.All.Select(static report => report.Bytes), Is.Ordered);
    }

    [Test]
    public async Task A_report_that_never_returns_holds_up_nothing()
    {
        using var blocked = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        int reports = 0;
        var meter = new ProgressMeter(
            new Handler(_ =>
            {
                Interlocked.Increment(ref reports);
                entered.TrySetResult();
                blocked.Wait();
            }),
            TimeProvider.System,
            NullLogger.Instance);

        meter.Begin(null);
        meter.Add(1);
        await entered.Task.WaitAsync(Soon);
        meter.Add(1);
        meter.End(2);

        Assert.That(reports, Is.EqualTo(1), "one at a time");
        blocked.Set();
    }

    [Test]
    public async Task A_report_that_throws_is_logged_and_the_last()
    {
        var log = new TestLogger();
        var thrown = new TaskCompletionSource();
        int reports = 0;
        var meter = new ProgressMeter(
            new Handler(_ =>
            {
                Interlocked.Increment(ref reports);
                thrown.TrySetResult();
                throw new InvalidOperationException("broken");
            }),
            TimeProvider.System,
            log);

        meter.Begin(1);
        meter.Finish();
        await thrown.Task.WaitAsync(Soon);
        Assert.That(() => log.Lines.Count, Is.EqualTo(1).After(30).Seconds.PollEvery(10).MilliSeconds);
        meter.End(1);

        Assert.That(log.Lines.Single().EventId, Is.EqualTo(11));
        Assert.That(() => reports, Is.EqualTo(1).After(200).MilliSeconds);
    }

    [Test]
    public void What_is_not_known_is_not_made_up()
    {
        var begun = new TransferProgress { Bytes = 5, TotalBytes = null, Elapsed = TimeSpan.Zero, Phase = TransferPhase.Transferring };
        TransferProgress empty = begun with { Bytes = 0, TotalBytes = 0 };

        Assert.That((begun.Fraction, begun.BytesPerSecond, empty.Fraction), Is.EqualTo(((double?)null, 0d, (double?)1d)));
    }

    private sealed class Handler(Action<TransferProgress> handle) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => handle(value);
    }
}
