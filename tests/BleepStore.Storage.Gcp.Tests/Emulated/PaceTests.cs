using System.Diagnostics;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;
using BleepStore.Storage.Tests.Shared;

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
        TimeSpan length = TimeSpan.FromSeconds(LongRun.Count(6, 30));
        long begun = Stopwatch.GetTimestamp();
        (long second, int taken) = (-1, 0);
        served.Server.Requests.Clear();
        served.Server.Faults.Add(_ => IsTooMuch(), Fault.Refusing(status) with { Reason = reason }, times: int.MaxValue);

        int answered = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(begun) < length)
            {
                await bucket.HeadAsync("object");
                Interlocked.Increment(ref answered);
            }
        })));
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        int sent = served.Server.Requests.Records.Count;

        TestContext.Out.WriteLine($"{limit} a second: {answered} served in {took.TotalSeconds:0.0} s, {sent} sent");
        Assert.That(sent, Is.LessThanOrEqualTo(answered * (LongRun.IsFull ? 1.2 : 1.5)), "the first seconds cost most");
        Assert.That(answered, Is.GreaterThanOrEqualTo(0.9 * limit * took.TotalSeconds));

        bool IsTooMuch()
        {
            long now = (long)Stopwatch.GetElapsedTime(begun).TotalSeconds;
            (second, taken) = now == second ? (second, taken + 1) : (now, 1);
            return taken > limit;
        }
    }
}
