using System.Threading.RateLimiting;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Resilience;
using BleepStore.Storage.Resilience.RateLimit;
using BleepStore.Storage.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Extensions.Tests.Resilience;

public sealed class RateLimitTests
{
    [Test]
    public async Task A_call_without_a_permit_is_SlowDown_with_the_wait_and_reaches_nothing()
    {
        FaultyBackend backend = await StartAsync();
        await using var registered = new Registered(backend, static builder => builder.WithRateLimit(static _ => new RefusingLimiter()));

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("key"));

        Assert.That(
            (error.Code, error.RetryAfter, error.IsOutcomeUnknown),
            Is.EqualTo((StorageErrorCode.SlowDown, TimeSpan.FromSeconds(17), false)));
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task A_call_waits_for_its_permit_and_can_be_cancelled()
    {
        FaultyBackend backend = await StartAsync();
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 10 });
        await using var registered = new Registered(backend, builder => builder.WithRateLimit(_ => limiter));
        RateLimitLease taken = await limiter.AcquireAsync();
        using var cancellation = new CancellationTokenSource();
        Task<ListPage> cancelled = registered.Bucket.ListPageAsync(cancellationToken: cancellation.Token);
        Task<ListPage> waiting = registered.Bucket.ListPageAsync();

        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => cancelled);
        Assert.That((backend.Count("List"), waiting.IsCompleted), Is.EqualTo((0, false)));

        taken.Dispose();
        await waiting;
        Assert.That(backend.Count("List"), Is.EqualTo(1));
        Assert.That(limiter.GetStatistics()!.CurrentAvailablePermits, Is.EqualTo(1), "the permit is back");
    }

    [Test]
    public async Task A_permit_is_returned_when_the_call_fails()
    {
        FaultyBackend backend = (await StartAsync()).Fail("Head", FaultyBackend.Transient());
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        await using var registered = new Registered(backend, builder => builder.WithRateLimit(_ => limiter));

        await Assert.ThrowsAsync<StorageException>(() => registered.Bucket.HeadAsync("key"));

        Assert.That(limiter.GetStatistics()!.CurrentAvailablePermits, Is.EqualTo(1));
    }

    [Test]
    public async Task Each_part_of_a_large_put_needs_a_permit_and_presigning_none()
    {
        FaultyBackend backend = await StartAsync();
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 100 });
        await using var registered = new Registered(backend, builder => builder.WithRateLimit(_ => limiter));

        await registered.Bucket.PutAsync("large", new byte[9 * 1024 * 1024]);

        Assert.That(limiter.GetStatistics()!.TotalSuccessfulLeases, Is.EqualTo(4), "the beginning, two parts, the completion");
        await registered.Backend.PresignAsync(
            new PresignRequest
            {
                Bucket = FaultyBackend.Bucket,
                Key = "key",
                Method = PresignMethod.Get,
                ExpiresIn = TimeSpan.FromMinutes(1),
            },
            CancellationToken.None);
        Assert.That(limiter.GetStatistics()!.TotalSuccessfulLeases, Is.EqualTo(4));
    }

    [Test]
    public async Task A_limiter_of_options_lets_a_burst_through_and_no_more()
    {
        FaultyBackend backend = await StartAsync();
        await using var registered = new Registered(
            backend,
            static builder => builder.WithRateLimit(
                static options => (options.RequestsPerSecond, options.Burst, options.QueueLimit) = (1, 3, 0)));
        StorageException? refused = null;

        // A slow machine can earn a permit meanwhile, but not many.
        for (int call = 0; call < 50 && refused is null; call++)
        {
            refused = await CatchAsync(() => registered.Bucket.ListPageAsync());
        }

        Assert.That(refused?.Code, Is.EqualTo(StorageErrorCode.SlowDown));
        Assert.That(refused!.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(backend.Count("List"), Is.GreaterThanOrEqualTo(3));
    }

    [TestCase(1, 1000)]
    [TestCase(8, 125)]
    [TestCase(150, 100)]
    [TestCase(1_000_000, 100)]
    public void Permits_come_at_even_intervals_that_timers_can_keep(int rate, double milliseconds)
    {
        using var limiter = (ReplenishingRateLimiter)RateLimitBackend.Limiter(new StorageRateLimitOptions { RequestsPerSecond = rate });

        Assert.That(limiter.ReplenishmentPeriod.TotalMilliseconds, Is.EqualTo(milliseconds));
        Assert.That(limiter.GetStatistics()!.CurrentAvailablePermits, Is.EqualTo(rate));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_call_that_waits_when_the_store_is_disposed_is_told_so_and_sends_nothing(bool isOwned)
    {
        FaultyBackend backend = await StartAsync();
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 10 });
        var limited = new RateLimitBackend(backend, limiter, isOwned, NullLogger.Instance);
        RateLimitLease taken = await limiter.AcquireAsync();
        var request = new HeadRequest { Bucket = FaultyBackend.Bucket, Key = "key" };
        Task<StoredObject> waiting = limited.HeadAsync(request, CancellationToken.None);
        Assert.That(waiting.IsCompleted, Is.False);

        await limited.DisposeAsync();
        await limited.DisposeAsync();
        limited.Dispose();

        ObjectDisposedException error = await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.That(error.Message, Does.Contain("WithRateLimit").And.Contain("Nothing was sent"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => limited.HeadAsync(request, CancellationToken.None));
        Assert.That(backend.IsDisposed);
        Assert.That(backend.Calls, Is.Empty);
        taken.Dispose();
    }

    [Test]
    public async Task A_limiter_that_was_given_outlives_the_store()
    {
        FaultyBackend backend = await StartAsync();
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        await using (new Registered(backend, builder => builder.WithRateLimit(_ => limiter)))
        {
            Assert.That(backend.IsDisposed, Is.False);
        }

        Assert.That(backend.IsDisposed);
        using RateLimitLease lease = limiter.AttemptAcquire();
        Assert.That(lease.IsAcquired);
    }

    /// <summary>The put waits for its source, and the source waits for a permit.</summary>
    [Test]
    public async Task Puts_whose_sources_read_from_a_store_of_the_same_limiter_do_not_wait_for_each_other([Values] bool isPart)
    {
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 10 });
        await using var from = new Registered(await StartAsync(), builder => builder.WithRateLimit(_ => limiter));
        await using var to = new Registered(
            await new FaultyBackend(streamsPuts: true).WithBucketAsync(), builder => builder.WithRateLimit(_ => limiter));
        await from.Bucket.PutAsync("key", new byte[1000]);
        MultipartUpload upload = await to.Bucket.CreateMultipartUploadAsync("key");

        await Task.WhenAll(Enumerable.Range(1, 3).Select(async number =>
        {
            var source = new LateSource(async () => await from.Bucket.GetAsync("key"));
            await (isPart ? (Task)upload.UploadPartAsync(number, source) : to.Bucket.PutAsync($"{number}", source));
        })).WaitAsync(Until.Patience);

        Assert.That(limiter.GetStatistics()!.CurrentAvailablePermits, Is.EqualTo(1), "each permit is given back once");
    }

    [Test]
    public void An_option_out_of_its_range_names_the_store_and_the_option()
    {
        var services = new ServiceCollection();
        services.AddBleepStore("media").UseInMemory().WithRateLimit(
            static options => (options.RequestsPerSecond, options.Burst, options.QueueLimit) = (0, 0, -1));
        using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException error =
            Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<ObjectStore>("media"))!;

        Assert.That(error.Failures, Has.Exactly(3).StartsWith("The store 'media', WithRateLimit: "));
        Assert.That(
            error.Message,
            Does.Contain(nameof(StorageRateLimitOptions.RequestsPerSecond)).And.Contain("Burst").And.Contain("QueueLimit"));
    }

    private static Task<FaultyBackend> StartAsync() => new FaultyBackend().WithBucketAsync();

    private static async Task<StorageException?> CatchAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (StorageException error)
        {
            return error;
        }
    }

    /// <summary>A source that opens an object when it is first read.</summary>
    private sealed class LateSource(Func<Task<ObjectReader>> open) : AsyncReadStream
    {
        private ObjectReader? _reader;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reader ??= await open();
            return await _reader.Content.ReadAsync(buffer, cancellationToken);
        }
    }

    private sealed class RefusingLimiter : RateLimiter
    {
        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => new Refusal();

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            new(new Refusal());

        private sealed class Refusal : RateLimitLease
        {
            public override bool IsAcquired => false;

            public override IEnumerable<string> MetadataNames => [MetadataName.RetryAfter.Name];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = TimeSpan.FromSeconds(17);
                return metadataName == MetadataName.RetryAfter.Name;
            }
        }
    }
}
