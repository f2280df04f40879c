using System.Diagnostics;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>A service that refuses many requests gets fewer.</summary>
[Category(LongRun.Category)]
public sealed class PaceTests
{
    [TestCase(503, "SlowDown")]
    [TestCase(429, "TooManyRequests")]
    [TestCase(400, "Throttling")]
    [TestCase(509, "BandwidthLimitExceeded")]
    public async Task After_three_refusals_in_a_row_a_request_waits_for_its_turn(int status, string code)
    {
        int sent = 0;
        var wire = new StubTransport(_ => ++sent is 2 or 3 or 4 ? StubAnswer.Error(status, code) : StubAnswer.Error(404, "NoSuchKey"));
        Bucket bucket = wire.CreateBucket(options => options.ConfigureClient += static config => config.MaxErrorRetry = 0);
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("key"));
        for (int refusal = 0; refusal < 3; refusal++)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.SlowDown, () => bucket.GetAsync("key"));
        }

        long begun = Stopwatch.GetTimestamp();
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("key"));

        Assert.That(Stopwatch.GetElapsedTime(begun), Is.GreaterThan(TimeSpan.FromSeconds(0.8)));
    }

    /// <summary>
    /// With the quota of the SDK's retries, and five of them. The SDK's two are not always enough at a limit. The quota is that of a
    /// region, so this region is no other test's.
    /// </summary>
    [TestCase(10, null, "eu-south-1")]
    [TestCase(50, null, "eu-south-2")]
    [TestCase(50, "1", "eu-central-2")]
    public async Task Callers_see_no_failure_and_the_service_few_requests_too_many(int limit, string? retryAfter, string region)
    {
        var service = new LimitedService(limit);
        var wire = new StubTransport(_ => service.TryServe()
            ? StubAnswer.Object([], StubAnswer.Md5OfNothing)
            : retryAfter is null ? StubAnswer.Error(503, "SlowDown") : StubAnswer.Error(503, "SlowDown").With("Retry-After", retryAfter));
        Bucket bucket = wire.CreateBucket(
            options =>
            {
                options.Region = region;
                options.ConfigureClient = config => config.HttpClientFactory = new WireFactory(wire);
            },
            storeOptions: new ObjectStoreOptions { UpstreamRetries = 5 });

        await service.CallAsync(() => bucket.HeadAsync("key"));

        service.AssertPaced();
    }
}
