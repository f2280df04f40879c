using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Gcp.Tests.Emulated;

/// <summary>A server that answers so many requests in each second, and refuses all others.</summary>
[Category(LongRun.Category)]
public sealed class PaceTests
{
    [TestCase(10, 503, null)]
    [TestCase(25, 403, "rateLimitExceeded")]
    public async Task Callers_see_no_failure_and_the_server_few_requests_too_many(int limit, int status, string? reason)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = await served.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("object", new byte[100]);
        var service = new LimitedService(limit, seconds: 6);
        served.Server.Faults.Add(_ => !service.TryServe(), Fault.Refusing(status) with { Reason = reason }, times: int.MaxValue);

        await service.CallAsync(() => bucket.HeadAsync("object"));

        service.AssertPaced();
    }
}
