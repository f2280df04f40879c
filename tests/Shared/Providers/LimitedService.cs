using System.Diagnostics;

namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>A service that serves so many requests in each second and refuses all others, and callers that stay busy for a while.</summary>
/// <param name="limit">How many requests it serves in a second.</param>
/// <param name="seconds">How long the callers are busy in a short run.</param>
internal sealed class LimitedService(int limit, int seconds = 3)
{
    private const int Callers = 8;

    /// <summary>The short form is mostly the second before the first refusals and the one after them.</summary>
    private static readonly double MostSent = LongRun.IsFull ? 1.2 : 1.5;

    private readonly TimeSpan _length = TimeSpan.FromSeconds(LongRun.Count(seconds, 30));
    private readonly Lock _lock = new();
    private long _begun;
    private long _second = -1;
    private int _taken;
    private int _sent;
    private int _answered;

    /// <summary>Whether a request is within the limit.</summary>
    public bool TryServe()
    {
        lock (_lock)
        {
            TimeSpan now = Stopwatch.GetElapsedTime(_begun);
            _sent += now <= _length ? 1 : 0;
            long second = (long)now.TotalSeconds;
            (_second, _taken) = second == _second ? (_second, _taken + 1) : (second, 1);
            return _taken <= limit;
        }
    }

    /// <summary>Calls again and again, by eight callers. A call that fails fails the test.</summary>
    public async Task CallAsync(Func<Task> call)
    {
        _begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(_begun) < _length)
            {
                await call();
                Count();
            }
        })));
    }

    private void Count()
    {
        lock (_lock)
        {
            _answered += Stopwatch.GetElapsedTime(_begun) <= _length ? 1 : 0;
        }
    }

    /// <summary>
    /// Asserts that the callers were served almost as much as the service allows, with few requests too many. In the end each caller can
    /// have a request under way. In the last second all of them can wait for their turn.
    /// </summary>
    public void AssertPaced()
    {
        TestContext.Out.WriteLine($"{limit} a second: {_answered} served in {_length.TotalSeconds:0} s, {_sent} sent");
        Assert.That(_sent, Is.LessThanOrEqualTo((_answered * MostSent) + Callers), "requests too many");
        Assert.That(_answered, Is.GreaterThanOrEqualTo(0.9 * limit * (_length.TotalSeconds - 1)), "requests served");
    }
}
