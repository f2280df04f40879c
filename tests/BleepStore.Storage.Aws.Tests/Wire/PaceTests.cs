using System.Diagnostics;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>A service that refuses many requests gets fewer.</summary>
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
}
