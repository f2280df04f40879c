using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>How many times a request is sent that the service refuses each time.</summary>
public sealed class RetryLimitTests
{
    [TestCase(null, 2)]
    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(4, 5)]
    public async Task A_request_is_sent_again_as_often_as_the_store_says(int? retries, int sent)
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(500, "InternalError"));
        Bucket bucket = wire.CreateBucket(storeOptions: new ObjectStoreOptions { UpstreamRetries = retries });

        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => bucket.HeadAsync("key"));

        Assert.That(wire.Sent, Has.Count.EqualTo(sent));
    }

    [Test]
    public async Task A_client_that_is_given_keeps_its_own_retries()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(500, "InternalError"));
        Bucket bucket = wire.CreateGivenBucket(storeOptions: new ObjectStoreOptions { UpstreamRetries = 0 }, maxErrorRetry: 1);

        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => bucket.HeadAsync("key"));

        Assert.That(wire.Sent, Has.Count.EqualTo(2));
    }
}
