using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Backends.Toolkit;

public class RequestPaceTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    /// <summary>A service that takes so many requests a second, and callers that each wait for their answer. In simulated time.</summary>
    [Test]
    public void A_service_with_a_limit_gets_little_more_than_it_serves(
        [Values(10, 25, 50, 100, 1000)] int limit,
        [Values(4, 8)] int callers,
        [Values(1, 5, 40)] int latency,
        [Values(0, 1)] int retryAfter)
    {
        var time = new ManualTime();
        var service = new Service(limit);
        var pace = new RequestPace(time);
        TimeSpan length = TimeSpan.FromSeconds(30);
        Caller[] all = [.. Enumerable.Range(0, callers).Select(caller => new Caller(new Random(caller), TimeSpan.FromSeconds(retryAfter)))];
        for (TimeSpan now = TimeSpan.Zero; now < length; now += Step, time.Advance(Step))
        {
            foreach (Caller caller in all)
            {
                caller.Act(now, TimeSpan.FromMilliseconds(latency), service, pace);
            }
        }

        // Callers that are too few, or too far away, cannot ask for more.
        double possible = Math.Min(limit, callers * 1000.0 / (latency + Step.TotalMilliseconds)) * length.TotalSeconds;
        TestContext.Out.WriteLine(
            $"served {service.Served} of {possible:0}, sent {service.Sent}, most tries {all.Max(static caller => caller.MostTries)}");

        // When the service asks for a second, all few callers can wait for it at the same time.
        Assert.That(service.Served, Is.GreaterThanOrEqualTo((retryAfter > 0 ? 0.7 : 0.9) * possible));
        Assert.That(service.Sent, Is.LessThanOrEqualTo(1.2 * service.Served));
        Assert.That(all.Max(static caller => caller.MostTries), Is.LessThan(10), "nobody is refused again and again");
    }

    [Test]
    public void Nothing_waits_before_a_refusal()
    {
        var pace = new RequestPace(new ManualTime());
        for (int request = 0; request < 10_000; request++)
        {
            Assert.That(pace.EnterAsync(CancellationToken.None).IsCompleted, Is.True);
        }
    }

    [Test]
    public void Few_refusals_among_many_answers_change_nothing()
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        for (int request = 0; request < 10_000; request++, time.Advance(Step))
        {
            Assert.That(pace.EnterAsync(CancellationToken.None).IsCompleted, Is.True);
            if (request % 20 == 0)
            {
                pace.SlowDown(retryAfter: null);
            }
            else
            {
                pace.Succeed();
            }
        }
    }

    [TestCase(2, 2)]
    [TestCase(0.5, 1)]
    [TestCase(600, 1)]
    public async Task All_wait_as_long_as_the_service_asks_when_it_refuses_many(double asked, double waits)
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        Refuse(pace, TimeSpan.FromSeconds(asked));
        Task waiting = pace.EnterAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(waits - 0.1));
        Assert.That(waiting.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await waiting.WaitAsync(Until.Patience);
    }

    [Test]
    public void Two_refusals_are_left_to_their_retries()
    {
        var pace = new RequestPace(new ManualTime());
        pace.SlowDown(TimeSpan.FromSeconds(2));
        pace.SlowDown(TimeSpan.FromSeconds(2));
        Assert.That(pace.EnterAsync(CancellationToken.None).IsCompleted, Is.True);
    }

    [Test]
    public void The_pace_ends_after_a_minute()
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        Refuse(pace);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(pace.EnterAsync(CancellationToken.None).IsCompleted, Is.True);
        Assert.That(pace.EnterAsync(CancellationToken.None).IsCompleted, Is.False, "five a second");
        time.Advance(TimeSpan.FromSeconds(61));
        for (int request = 0; request < 1000; request++)
        {
            Assert.That(pace.EnterAsync(CancellationToken.None).IsCompleted, Is.True);
        }
    }

    [Test]
    public async Task Waiting_can_be_cancelled()
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        Refuse(pace);
        using var stop = new CancellationTokenSource();
        Task waiting = pace.EnterAsync(stop.Token);
        await stop.CancelAsync();
        await Catch.AsyncAs<OperationCanceledException>(() => waiting);
    }

    [Test]
    public void All_who_wait_for_a_turn_go_on_as_the_pace_rises()
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        Refuse(pace);
        Task[] waiting = [.. Enumerable.Range(0, 1000).Select(_ => pace.EnterAsync(CancellationToken.None))];
        Advance(time, TimeSpan.FromSeconds(15));
        Assert.That(waiting.Count(static one => one.IsCompleted), Is.EqualTo(1000), "the pace doubles each second");
    }

    [Test]
    public async Task Who_gives_up_waiting_leaves_the_turn_to_the_next_one([Values] bool together)
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        Refuse(pace);
        using var all = new CancellationTokenSource();
        CancellationTokenSource[] stops =
        [
            .. Enumerable.Range(0, 1000).Select(_ => CancellationTokenSource.CreateLinkedTokenSource(all.Token)),
        ];
        Task[] given = [.. stops.Select(stop => pace.EnterAsync(stop.Token))];
        foreach (CancellationTokenSource stop in together ? [all] : stops)
        {
            await stop.CancelAsync();
        }

        await ((Task)Task.WhenAll(given)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task next = pace.EnterAsync(CancellationToken.None);
        Advance(time, TimeSpan.FromSeconds(3));
        Assert.That((given.Count(static one => one.IsCanceled), next.IsCompleted), Is.EqualTo((1000, true)));
        Array.ForEach(stops, static stop => stop.Dispose());
    }

    [Test]
    public void The_pace_rises_from_the_end_of_a_wait_that_the_service_asks_for()
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        Refuse(pace, TimeSpan.FromSeconds(30));
        Advance(time, TimeSpan.FromSeconds(29));
        Task[] waiting = [.. Enumerable.Range(0, 1000).Select(_ => pace.EnterAsync(CancellationToken.None))];
        Advance(time, TimeSpan.FromSeconds(2));
        Assert.That(waiting.Count(static one => one.IsCompleted), Is.InRange(3, 30), "some five a second, and soon more");
    }

    private static void Advance(ManualTime time, TimeSpan by)
    {
        for (TimeSpan gone = TimeSpan.Zero; gone < by; gone += Step)
        {
            time.Advance(Step);
        }
    }

    [Test]
    public async Task A_service_that_is_down_is_not_waited_for()
    {
        var time = new ManualTime();
        var pace = new RequestPace(time);
        pace.SlowDown(retryAfter: null);
        pace.SlowDown(retryAfter: null);
        pace.SlowDown(retryAfter: null);
        Assert.That(pace.EnterAsync(CancellationToken.None).IsCompleted, Is.True, "nothing was ever answered");

        Refuse(pace);
        Task[] waiting = [.. Enumerable.Range(0, 100).Select(_ => pace.EnterAsync(CancellationToken.None))];
        time.Advance(TimeSpan.FromSeconds(1.5));
        pace.SlowDown(retryAfter: null);
        pace.SlowDown(retryAfter: null);
        Assert.That(waiting.All(static one => one.IsCompleted), Is.False);
        pace.SlowDown(retryAfter: null);
        await Task.WhenAll(waiting).WaitAsync(Until.Patience);
    }

    private static void Refuse(RequestPace pace, TimeSpan? retryAfter = null)
    {
        pace.Succeed();
        for (int refusal = 0; refusal < 3; refusal++)
        {
            pace.SlowDown(retryAfter);
        }
    }

    /// <summary>Takes so many requests in each second, and refuses the rest.</summary>
    private sealed class Service(int limit)
    {
        private long _second;
        private int _taken;

        public int Served { get; private set; }

        public int Sent { get; private set; }

        public bool TryServe(TimeSpan now)
        {
            Sent++;
            if ((long)now.TotalSeconds != _second)
            {
                (_second, _taken) = ((long)now.TotalSeconds, 0);
            }

            if (_taken == limit)
            {
                return false;
            }

            _taken++;
            Served++;
            return true;
        }
    }

    /// <summary>
    /// Sends one request after another, and each again until it is served, with the pauses of an SDK, or with those that the service asks
    /// for.
    /// </summary>
    private sealed class Caller(Random random, TimeSpan retryAfter)
    {
        private TimeSpan _at;
        private Task? _turn;
        private bool _isAnswered;
        private bool _isServed;
        private int _tries;

        public int MostTries { get; private set; }

        public void Act(TimeSpan now, TimeSpan latency, Service service, RequestPace pace)
        {
            if (now < _at)
            {
                return;
            }

            _turn ??= pace.EnterAsync(CancellationToken.None);
            if (!_turn.IsCompleted)
            {
                return;
            }

            if (_tries == 0 || !_isAnswered)
            {
                _isAnswered = true;
                _tries++;
                MostTries = Math.Max(MostTries, _tries);
                _at = now + latency;
                _isServed = service.TryServe(now);
                return;
            }

            (_turn, _isAnswered) = (null, false);
            if (_isServed)
            {
                pace.Succeed();
                _tries = 0;
                _at = now;
            }
            else
            {
                bool isAsked = retryAfter > TimeSpan.Zero;
                pace.SlowDown(isAsked ? retryAfter : null);
                _at = now + (isAsked ? retryAfter : TimeSpan.FromMilliseconds(100) * Math.Pow(2, _tries - 1) * random.NextDouble());
            }
        }
    }
}
