using BleepStore.Storage.Backends;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Resilience;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Resilience;

public sealed class RetryTests
{
    [Test]
    public async Task A_read_that_fails_for_a_moment_is_repeated_until_it_succeeds()
    {
        FaultyBackend backend = await StartAsync();
        await using Registered registered = Over(backend);
        await registered.Bucket.PutAsync("key", new byte[10]);
        backend.Fail("Get", FaultyBackend.Transient(), FaultyBackend.Transient());

        await using ObjectReader reader = await registered.Bucket.GetAsync("key");

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(new byte[10]));
        Assert.That(backend.Count("Get"), Is.EqualTo(3));
    }

    [Test]
    public async Task After_the_last_attempt_the_failure_is_the_callers()
    {
        FaultyBackend backend = (await StartAsync()).Fail("Head", [.. Enumerable.Repeat(FaultyBackend.Transient(), 10)]);
        await using Registered registered = Over(backend, static options => options.MaxAttempts = 3);

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("key"));

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.SlowDown, false)));
        Assert.That(backend.Count("Head"), Is.EqualTo(3));
    }

    [TestCase(StorageErrorCode.NoSuchKey)]
    [TestCase(StorageErrorCode.AccessDenied)]
    [TestCase(StorageErrorCode.InternalError)]
    public async Task What_does_not_pass_by_itself_is_not_repeated(StorageErrorCode code)
    {
        FaultyBackend backend = (await StartAsync()).Fail("Head", new StorageException(code, "No."));
        await using Registered registered = Over(backend);

        Assert.That((await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("key"))).Code, Is.EqualTo(code));
        Assert.That(backend.Count("Head"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_SDK_that_gave_up_by_itself_is_asked_again()
    {
        FaultyBackend backend = (await StartAsync()).Fail("List", new OperationCanceledException("The client waited long enough."));
        await using Registered registered = Over(backend);

        Assert.That((await registered.Bucket.ListPageAsync()).Entries, Is.Empty);
        Assert.That(backend.Count("List"), Is.EqualTo(2));
    }

    [Test]
    public async Task Waits_double_up_to_the_longest_and_are_shortened_to_no_less_than_half()
    {
        var time = new ManualTime(jumps: true);
        FaultyBackend backend = (await StartAsync()).Fail("Head", [.. Enumerable.Repeat(FaultyBackend.Transient(), 5)]);
        await using Registered registered = Over(
            backend,
            static options =>
            {
                options.MaxAttempts = 6;
                options.BaseDelay = TimeSpan.FromSeconds(1);
                options.MaxDelay = TimeSpan.FromSeconds(4);
            },
            time);

        await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("missing"));

        double[] waits = [.. time.Waits.Select(static wait => wait.TotalSeconds)];
        double[] most = [1, 2, 4, 4, 4];
        Assert.That(waits, Has.Length.EqualTo(most.Length));
        for (int at = 0; at < most.Length; at++)
        {
            Assert.That(waits[at], Is.InRange((most[at] / 2) - 0.001, most[at] + 0.001), $"wait {at}");
        }
    }

    [Test]
    public async Task A_wait_that_the_service_asks_for_is_kept()
    {
        var time = new ManualTime(jumps: true);
        FaultyBackend backend = (await StartAsync()).Fail("List", FaultyBackend.Transient(TimeSpan.FromSeconds(30)));
        await using Registered registered = Over(backend, time: time);

        await registered.Bucket.ListPageAsync();

        Assert.That(time.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(30) }));
    }

    [Test]
    public async Task A_wait_beyond_the_budget_of_time_is_left_to_the_caller()
    {
        var time = new ManualTime(jumps: true);
        FaultyBackend backend = (await StartAsync()).Fail("List", FaultyBackend.Transient(TimeSpan.FromMinutes(3)));
        await using Registered registered = Over(backend, time: time);

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.ListPageAsync());

        Assert.That(error.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(3)));
        Assert.That((time.Waits.Count, backend.Count("List")), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_store_of_which_too_many_calls_fail_stops_repeating_and_begins_again_after_successes()
    {
        FaultyBackend backend = await StartAsync();
        await using Registered registered = Over(backend, static options => options.RetryBudget = 2);
        await registered.Bucket.PutAsync("key", new byte[1]);

        backend.Fail("Head", [.. Enumerable.Repeat(FaultyBackend.Transient(), 4)]);
        await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("key"));
        Assert.That(backend.Count("Head"), Is.EqualTo(3), "the first attempt and the two of the budget");
        await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("key"));
        Assert.That(backend.Count("Head"), Is.EqualTo(4), "nothing is left");

        for (int success = 0; success < 10; success++)
        {
            await registered.Bucket.HeadAsync("key");
        }

        backend.Fail("Head", FaultyBackend.Transient());
        await registered.Bucket.HeadAsync("key");
        Assert.That(backend.Count("Head"), Is.EqualTo(16), "ten successes are worth one repetition");
    }

    [Test]
    public async Task A_cancellation_ends_the_wait_at_once()
    {
        var time = new ManualTime();
        FaultyBackend backend = (await StartAsync()).Fail("Head", FaultyBackend.Transient());
        await using Registered registered = Over(backend, time: time);
        using var cancellation = new CancellationTokenSource();
        Task<ObjectProperties> head = registered.Bucket.HeadAsync("key", cancellationToken: cancellation.Token);
        await time.IsWaitedOn;

        await cancellation.CancelAsync();

        OperationCanceledException cancelled = await Assert.CatchAsync<OperationCanceledException>(() => head);
        Assert.That(cancelled.CancellationToken, Is.EqualTo(cancellation.Token));
        Assert.That(backend.Count("Head"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_breaks_off_is_resumed_by_the_core_and_only_opened_here()
    {
        FaultyBackend backend = await StartAsync();
        await using Registered registered = Over(backend);
        byte[] content = [.. Enumerable.Range(0, 200).Select(static at => (byte)at)];
        await registered.Bucket.PutAsync("key", content);
        int bodies = 0;
        backend.Got = result => bodies++ == 0 ? result with { Content = new MemoryStream(content, 0, 50) } : result;

        await using ObjectReader reader = await registered.Bucket.GetAsync("key");

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(content));
        Assert.That(backend.Count("Get"), Is.EqualTo(2));
    }

    [Test]
    public async Task Presigning_reaches_the_backend()
    {
        FaultyBackend backend = await StartAsync();
        await using Registered registered = Over(backend);
        var request = new PresignRequest
        {
            Bucket = FaultyBackend.Bucket,
            Key = "key",
            Method = PresignMethod.Get,
            ExpiresIn = TimeSpan.FromMinutes(1),
        };

        PresignedUrl url = await registered.Backend.PresignAsync(request, CancellationToken.None);

        Assert.That((url.Url.Host, backend.Count("Presign")), Is.EqualTo(("storage.example", 1)));
    }

    [Test]
    public async Task Each_repetition_is_logged_without_the_key()
    {
        var log = new TestLogger();
        FaultyBackend backend = (await StartAsync()).Fail("Head", FaultyBackend.Transient());
        await using Registered registered = Over(backend, log: log);

        await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("secret\nkey"));

        TestLogger.Line line = log.Lines.First(
            static line => line.EventId == 1 && line.Text.Contains("sent again", StringComparison.Ordinal));
        Assert.That(line.Text, Does.StartWith("Head failed on memory with SlowDown and is sent again in").And.Contain("(2 of 4)"));
        Assert.That(line.Everything, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task Each_repetition_is_counted()
    {
        using var retries = new Measured("bleepstore.request.retries", "counted-retries");
        FaultyBackend backend = await new FaultyBackend { Name = "counted-retries" }.WithBucketAsync();
        backend.Fail("List", FaultyBackend.Transient(), FaultyBackend.Transient());
        await using Registered registered = Over(backend);

        await registered.Bucket.ListPageAsync();
        await registered.Bucket.ListPageAsync();

        Assert.That(retries.All.Sum(static measured => measured.Value), Is.EqualTo(2));
    }

    [Test]
    public async Task The_backend_underneath_is_disposed_with_the_store()
    {
        FaultyBackend backend = await StartAsync();
        await using (Over(backend))
        {
            Assert.That(backend.IsDisposed, Is.False);
        }

        Assert.That(backend.IsDisposed);
    }

    private static Task<FaultyBackend> StartAsync() => new FaultyBackend().WithBucketAsync();

    private static Registered Over(
        FaultyBackend backend, Action<StorageRetryOptions>? configure = null, TimeProvider? time = null, TestLogger? log = null) =>
        new(backend, builder => builder.WithRetry(configure), time ?? new ManualTime(jumps: true), log);
}
