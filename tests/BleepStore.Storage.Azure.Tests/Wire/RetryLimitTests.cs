using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>How many times a request is sent that the service refuses each time.</summary>
public sealed class RetryLimitTests
{
    [TestCase(null, 6)]
    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(6, 7)]
    public async Task A_request_is_sent_again_as_often_as_the_store_says(int? retries, int sent)
    {
        var wire = new StubTransport(static _ => StubResponse.Error(500, "InternalError"));
        Bucket bucket = wire.CreateBucket(
            static options => options.ConfigureClient = static client => client.Retry.Delay = TimeSpan.FromMilliseconds(1),
            new ObjectStoreOptions { UpstreamRetries = retries });

        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => bucket.HeadAsync("key"));

        Assert.That(wire.Sent, Has.Count.EqualTo(sent));
    }
}
