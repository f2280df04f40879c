using System.Diagnostics;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>A service that refuses many requests gets fewer.</summary>
[Category(LongRun.Category)]
public sealed class PaceTests
{
    [TestCase(503, "ServerBusy", StorageErrorCode.ServiceUnavailable)]
    [TestCase(429, "TooManyRequests", StorageErrorCode.SlowDown)]
    public async Task After_three_refusals_in_a_row_a_request_waits_for_its_turn(int status, string code, StorageErrorCode told)
    {
        int sent = 0;
        var wire = new StubTransport(
            _ => ++sent is 2 or 3 or 4 ? StubResponse.Error(status, code) : StubResponse.Error(404, "BlobNotFound"));
        Bucket bucket = wire.CreateBucket(static options => options.ConfigureClient = static client => client.Retry.MaxRetries = 0);
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("key"));
        for (int refusal = 0; refusal < 3; refusal++)
        {
            await StorageAssert.FailsAsync(told, () => bucket.GetAsync("key"));
        }

        long begun = Stopwatch.GetTimestamp();
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("key"));

        Assert.That(Stopwatch.GetElapsedTime(begun), Is.GreaterThan(TimeSpan.FromSeconds(0.8)));
    }

    /// <summary>With the SDK's own retries.</summary>
    [TestCase(10, null)]
    [TestCase(50, null)]
    [TestCase(50, "1")]
    public async Task Callers_see_no_failure_and_the_service_few_requests_too_many(int limit, string? retryAfter)
    {
        var service = new LimitedService(limit);
        var wire = new StubTransport(_ => service.TryServe()
            ? StubResponse.Blob([])
            : retryAfter is null
                ? StubResponse.Error(503, "ServerBusy")
                : StubResponse.Error(503, "ServerBusy").With("Retry-After", retryAfter));
        Bucket bucket = wire.CreateBucket(static options => options.ConfigureClient = null);

        await service.CallAsync(() => bucket.HeadAsync("key"));

        service.AssertPaced();
    }
}
