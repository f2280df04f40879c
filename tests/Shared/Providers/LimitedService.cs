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

    private readonly Lock _lock = new();
    private long _begun;
    private long _second = -1;
    private int _taken;
    private int _sent;
    private int _answered;
    private int _sentInTime;
    private TimeSpan _took;

    /// <summary>Whether a request is within the limit.</summary>
    public bool TryServe()
    {
        lock (_lock)
        {
            _sent++;
            long now = (long)Stopwatch.GetElapsedTime(_begun).TotalSeconds;
            (_second, _taken) = now == _second ? (_second, _taken + 1) : (now, 1);
            return _taken <= limit;
        }
    }

    /// <summary>Calls again and again, by eight callers. A call that fails fails the test.</summary>
    public async Task CallAsync(Func<Task> call)
    {
        TimeSpan length = TimeSpan.FromSeconds(LongRun.Count(seconds, 30));
        _begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(_begun) < length)
            {
                await call();
                Count(length);
            }
        })));
    }

    /// <summary>The last calls wait for their turn in the next second, which is not over when they end.</summary>
    private void Count(TimeSpan length)
    {
        lock (_lock)
        {
            TimeSpan now = Stopwatch.GetElapsedTime(_begun);
            if (now <= length)
            {
                _answered++;
                (_took, _sentInTime) = (now, _sent);
            }
        }
    }

    /// <summary>Asserts that the callers were served almost as much as the service allows, with few requests too many.</summary>
    public void AssertPaced()
    {
        TestContext.Out.WriteLine($"{limit} a second: {_answered} served in {_took.TotalSeconds:0.0} s, {_sentInTime} sent");
        Assert.That(_sentInTime, Is.LessThanOrEqualTo(_answered * MostSent), "requests too many");
        Assert.That(_answered, Is.GreaterThanOrEqualTo(0.9 * limit * _took.TotalSeconds), "requests served");
    }
}
