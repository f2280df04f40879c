using System.Threading.RateLimiting;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Extensions.Tests.Resilience;

public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly TestLogger _log = new();
    private FaultyBackend _backend = null!;
    private Registered _registered = null!;

    [SetUp]
    public async Task Start()
    {
        _backend = await new FaultyBackend().WithBucketAsync();
        _registered = new Registered(
            _backend,
            static builder => builder.WithCircuitBreaker(static options =>
            {
                options.MinimumThroughput = 4;
                options.BreakDuration = Break;
            }),
            _time,
            _log);
    }

    [TearDown]
    public async Task Stop() => await _registered.DisposeAsync();

    [Test]
    public async Task Too_many_failures_open_it_and_then_nothing_is_sent()
    {
        await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(4));

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.HeadAsync("key"));

        Assert.That(
            (error.Code, error.IsTransient, error.IsOutcomeUnknown),
            Is.EqualTo((StorageErrorCode.ServiceUnavailable, true, false)));
        Assert.That(error.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(6)), "the rest of the break");
        Assert.That(error.Message, Does.Contain("circuit breaker").And.Contain("open").And.Contain("No request was sent"));
        Assert.That(_backend.Count("Head"), Is.EqualTo(4));
    }

    [Test]
    public async Task Every_kind_of_call_is_refused_while_it_is_open()
    {
        await OpenAsync();
        int calls = _backend.Calls.Count;

        Func<Task>[] all =
        [
            () => _registered.Bucket.PutAsync("key", new byte[1]),
            () => _registered.Bucket.GetAsync("key"),
            () => _registered.Bucket.DeleteAsync("key"),
            () => _registered.Bucket.ListPageAsync(),
            () => _registered.Bucket.CopyAsync("key", "copy"),
            () => _registered.Bucket.CreateMultipartUploadAsync("key"),
            () => _registered.Bucket.PutAsync("large", new byte[9 * 1024 * 1024]),
            () => _registered.Store.CreateBucketAsync("another"),
            () => _registered.Store.CheckAsync(),
        ];
        foreach (Func<Task> call in all)
        {
            Assert.That((await Assert.ThrowsAsync<StorageException>(() => call())).Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
        }

        Assert.That(_backend.Calls, Has.Count.EqualTo(calls));
    }

    [Test]
    public async Task After_the_break_one_call_is_let_through_and_its_success_closes_it()
    {
        await OpenAsync();
        _time.Advance(Break);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = (_, _) => gate.Task;

        Task<ListPage> trial = _registered.Bucket.ListPageAsync();
        await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.ListPageAsync());
        gate.SetResult();
        await trial;
        await _registered.Bucket.ListPageAsync();

        Assert.That(_backend.Count("List"), Is.EqualTo(2));
        Assert.That(Events(), Is.EqualTo(new[] { 4, 5, 6 }), "opened, tried, closed");
    }

    [Test]
    public async Task Each_change_of_its_state_is_counted()
    {
        using var changes = new Measured("bleepstore.circuit_breaker.changes", "counted-changes");
        FaultyBackend backend = await new FaultyBackend { Name = "counted-changes" }.WithBucketAsync();
        await using var registered = new Registered(
            backend,
            static builder => builder.WithCircuitBreaker(static options => (options.MinimumThroughput, options.BreakDuration) = (2, Break)),
            _time);
        backend.Fail("List", FaultyBackend.Transient(), FaultyBackend.Transient());

        for (int call = 0; call < 2; call++)
        {
            await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.ListPageAsync());
        }

        _time.Advance(Break);
        await registered.Bucket.ListPageAsync();

        Assert.That(changes.All, Is.EqualTo(new[] { (1L, "open"), (1L, "half-open"), (1L, "closed") }));
    }

    [Test]
    public async Task A_trial_that_fails_opens_it_again()
    {
        await OpenAsync();
        _time.Advance(Break);
        _backend.Fail("List", FaultyBackend.Transient());

        Assert.That(
            (await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.ListPageAsync())).Code,
            Is.EqualTo(StorageErrorCode.SlowDown));
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.ListPageAsync());

        Assert.That(error.RetryAfter, Is.EqualTo(Break));
        Assert.That(_backend.Count("List"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_trial_that_the_caller_cancels_does_not_close_it()
    {
        await OpenAsync();
        _time.Advance(Break);
        using var cancellation = new CancellationTokenSource();
        _backend.Before = async (_, _) =>
        {
            await cancellation.CancelAsync();
            cancellation.Token.ThrowIfCancellationRequested();
        };

        await Assert.CatchAsync<OperationCanceledException>(() => _registered.Bucket.ListPageAsync(cancellationToken: cancellation.Token));
        _backend.Before = null;

        await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.ListPageAsync());
    }

    [Test]
    public async Task A_trial_that_fails_on_this_side_does_not_close_it()
    {
        Exception[] local =
        [
            new ArgumentException("The source is broken."),
            new IOException("The source is gone."),
            new StorageException(StorageErrorCode.IncompleteBody, "The source ended too early."),
            new StorageException(StorageErrorCode.NotSupported, "No."),
        ];
        await OpenAsync();
        foreach (Exception failure in local)
        {
            _time.Advance(Break);
            _backend.Fail("List", failure);

            await Assert.CatchAsync<Exception>(() => _registered.Bucket.ListPageAsync());

            StorageException refused = await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.ListPageAsync());
            Assert.That(refused.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable), failure.Message);
        }

        Assert.That(_backend.Count("List"), Is.EqualTo(local.Length), "each break had one trial");
        _time.Advance(Break);
        await _registered.Bucket.ListPageAsync();
        await _registered.Bucket.ListPageAsync();
    }

    [TestCase("cancelled")]
    [TestCase("failed")]
    [TestCase("returned")]
    public async Task A_call_that_began_before_the_break_does_not_decide_for_the_trial(string end)
    {
        using var cancellation = new CancellationTokenSource();
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = (_, _) => late.Task;
        Task<ListPage> old = _registered.Bucket.ListPageAsync(cancellationToken: cancellation.Token);
        _backend.Before = null;
        await OpenAsync();
        _time.Advance(Break);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = (_, _) => gate.Task;
        Task<bool> trial = _registered.Bucket.ExistsAsync("key");

        await EndAsync();
        int[] during = Events();
        gate.SetResult();
        await trial;

        Assert.That(during, Is.EqualTo(new[] { 4, 5 }), "opened, tried");
        Assert.That(Events(), Is.EqualTo(new[] { 4, 5, 6 }), "the trial has closed it");

        async Task EndAsync()
        {
            if (end == "cancelled")
            {
                await cancellation.CancelAsync();
                late.SetCanceled(cancellation.Token);
                await Assert.CatchAsync<OperationCanceledException>(() => old);
            }
            else if (end == "failed")
            {
                late.SetException(FaultyBackend.Transient());
                await Assert.ThrowsAsync<StorageException>(() => old);
            }
            else
            {
                late.SetResult();
                await old;
            }
        }
    }

    [Test]
    public async Task Refusals_of_a_limit_inside_of_it_leave_it_closed()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 });
        await using var registered = new Registered(
            await new FaultyBackend().WithBucketAsync(),
            builder => builder
                .WithCircuitBreaker(static options => options.MinimumThroughput = 2)
                .WithRateLimit(_ => limiter),
            _time);
        using (await limiter.AcquireAsync())
        {
            for (int call = 0; call < 10; call++)
            {
                StorageException error = await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.ListPageAsync());
                Assert.That(error.Code, Is.EqualTo(StorageErrorCode.SlowDown), "the limit's refusal, and not the breaker's");
            }
        }

        await registered.Bucket.ListPageAsync();
    }

    [Test]
    public async Task Answers_that_a_program_asks_for_are_successes()
    {
        for (int call = 0; call < 20; call++)
        {
            await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.HeadAsync("missing"));
        }

        await _registered.Bucket.ListPageAsync();
        Assert.That(Events(), Is.Empty);
    }

    /// <summary>A backend without batches returns the failure of each key.</summary>
    [Test]
    public async Task A_deletion_that_reached_the_upstream_for_no_key_is_a_failure([Values] bool isTrial)
    {
        _backend.Fail("Delete", [.. Enumerable.Repeat(Unreachable(), 8)]);
        if (isTrial)
        {
            await OpenAsync();
            _time.Advance(Break);
        }

        for (int call = 0; call < (isTrial ? 1 : 4); call++)
        {
            DeleteManyResult result = await _registered.Bucket.DeleteManyAsync(["a", "b"]);
            Assert.That(result.Failures.Select(static failure => failure.Key), Is.EqualTo(new[] { "a", "b" }), "the caller gets the list");
        }

        StorageException refused = await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.HeadAsync("key"));
        Assert.That(refused.Message, Does.Contain("circuit breaker"));
        Assert.That(_log.Lines.Last(static line => line.EventId == 4).Text, Does.Contain("ServiceUnavailable"));
    }

    [Test]
    public async Task A_deletion_that_the_upstream_has_answered_for_one_key_is_a_success([Values] bool isRefusal)
    {
        await OpenAsync();
        _time.Advance(Break);
        var refused = new StorageException(StorageErrorCode.AccessDenied, "No.") { Status = 403 };
        _backend.Fail("Delete", isRefusal ? [Unreachable(), refused] : [Unreachable()]);

        await _registered.Bucket.DeleteManyAsync(["a", "b"]);

        Assert.That(Events(), Is.EqualTo(new[] { 4, 5, 6 }), "closed");
    }

    [Test]
    public async Task A_trial_that_takes_longer_than_a_break_lets_another_one_begin([Values] bool endsWell)
    {
        await OpenAsync();
        _time.Advance(Break);
        var slow = new TaskCompletionSource();
        _backend.Before = (call, _) => call == "Put" ? slow.Task : Task.CompletedTask;
        Task<ObjectProperties> trial = _registered.Bucket.PutAsync("key", new byte[1]);
        await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.ListPageAsync());

        await Until.TrueAsync(() =>
        {
            _time.Advance(Break / 10);
            return Events().Count(static id => id == 4) == 2;
        });
        if (endsWell)
        {
            slow.SetResult();
            Assert.That((await trial).Size, Is.EqualTo(1));
            await _registered.Bucket.ListPageAsync();
            Assert.That(Events(), Is.EqualTo(new[] { 4, 5, 4, 6 }), "the late answer has closed it");
            return;
        }

        _time.Advance(Break);
        await _registered.Bucket.ListPageAsync();
        Assert.That(Events(), Is.EqualTo(new[] { 4, 5, 4, 5, 6 }), "the second trial has closed it");
        slow.SetException(Unreachable());
        StorageException failed = await Assert.ThrowsAsync<StorageException>(() => trial);
        Assert.That(failed.Message, Does.Contain("cut"));
        await _registered.Bucket.ListPageAsync();
    }

    [Test]
    public async Task Few_failures_among_many_calls_leave_it_closed()
    {
        _backend.Fail("Head", FaultyBackend.Transient(), FaultyBackend.Transient(), FaultyBackend.Transient());
        for (int call = 0; call < 4; call++)
        {
            await _registered.Bucket.ListPageAsync();
        }

        for (int call = 0; call < 3; call++)
        {
            await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.HeadAsync("key"));
        }

        await _registered.Bucket.ListPageAsync();
        Assert.That(Events(), Is.Empty);
    }

    [Test]
    public void An_option_out_of_its_range_names_the_store_and_the_option()
    {
        var services = new ServiceCollection();
        services.AddBleepStore("media").UseInMemory().WithCircuitBreaker(static options =>
        {
            options.FailureRatio = double.NaN;
            options.MinimumThroughput = 1;
            options.SamplingDuration = TimeSpan.Zero;
            options.BreakDuration = TimeSpan.MaxValue;
        });
        using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException error =
            Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<ObjectStore>("media"))!;

        Assert.That(error.Failures, Has.Exactly(4).StartsWith("The store 'media', WithCircuitBreaker: "));
    }

    private static StorageException Unreachable() => new(StorageErrorCode.ServiceUnavailable, "The connection was cut.");

    private async Task OpenAsync()
    {
        _backend.Fail("Head", [.. Enumerable.Repeat(FaultyBackend.Transient(), 4)]);
        for (int call = 0; call < 4; call++)
        {
            await Assert.ThrowsAsync<StorageException>(() => _registered.Bucket.HeadAsync("key"));
        }
    }

    private int[] Events() =>
    [
        .. _log.Lines
            .Where(static line => line.Text.Contains("circuit breaker of", StringComparison.Ordinal))
            .Select(static line => line.EventId),
    ];
}
