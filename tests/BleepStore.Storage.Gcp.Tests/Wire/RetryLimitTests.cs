using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>How many times a request is sent that the service refuses each time.</summary>
public sealed class RetryLimitTests
{
    [TestCase(null, 7)]
    [TestCase(0, 1)]
    [TestCase(2, 3)]
    [TestCase(7, 8)]
    public async Task A_request_is_sent_again_as_often_as_the_store_says(int? retries, int sent)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await using ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = ServedStore.Container, ServiceUrl = served.Server.BaseUri, UnauthenticatedAccess = true },
            new ObjectStoreOptions { UpstreamRetries = retries },
            timeProvider: new HurriedTime());
        served.Server.Faults.Add(static _ => true, Fault.Refusing(500), times: int.MaxValue);
        served.Server.Requests.Clear();

        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => store.GetBucket("bucket").HeadAsync("key"));

        Assert.That(served.Server.Requests.Records, Has.Count.EqualTo(sent));
    }

    [Test]
    public async Task Without_retries_a_put_whose_answer_is_lost_is_sent_once_and_recognised()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await using ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = ServedStore.Container, ServiceUrl = served.Server.BaseUri, UnauthenticatedAccess = true },
            new ObjectStoreOptions { UpstreamRetries = 0 });
        served.Server.Faults.Add(
            static request => request.Operation.StartsWith("objects.insert", StringComparison.Ordinal), new Fault(FaultKind.CutAfter));
        served.Server.Requests.Clear();

        ObjectProperties made = await store.GetBucket("bucket").PutAsync("key", new byte[10]);

        Assert.That(made.Size, Is.EqualTo(10));
        Assert.That(
            served.Server.Requests.Operations.Count(static one => one.StartsWith("objects.insert", StringComparison.Ordinal)),
            Is.EqualTo(1));
    }
}
