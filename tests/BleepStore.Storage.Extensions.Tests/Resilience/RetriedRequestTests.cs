using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Resilience;

/// <summary>How many requests a server sees. Attempts of the decorator and of the SDK must not multiply.</summary>
public sealed class RetriedRequestTests
{
    private const string Insert = "objects.insert multipart";

    [TestCase(null, 3, TestName = "The_SDK_repeats_nothing_by_itself_below_a_retry")]
    [TestCase(2, 9, TestName = "Retries_of_the_SDK_that_the_application_sets_stay_and_multiply")]
    public async Task Requests_are_counted(int? upstreamRetries, int requests)
    {
        await using GcsServer server = await GcsServer.StartAsync();
        await using ServiceProvider provider = Register(server, upstreamRetries);
        Bucket bucket = provider.GetRequiredService<ObjectStore>().GetBucket("bucket");
        server.Faults.Add(static _ => true, Fault.Refusing(503), times: int.MaxValue);

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => bucket.HeadAsync("key"));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
        Assert.That(server.Requests.Records, Has.Count.EqualTo(requests));
    }

    [Test]
    public async Task A_put_is_sent_as_often_as_there_are_attempts()
    {
        await using GcsServer server = await GcsServer.StartAsync();
        await using ServiceProvider provider = Register(server, upstreamRetries: null);
        Bucket bucket = provider.GetRequiredService<ObjectStore>().GetBucket("bucket");
        server.Faults.Add(static request => request.Operation == Insert, Fault.Refusing(503), times: int.MaxValue);

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("key", new byte[10]));

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.ServiceUnavailable, true)));
        Assert.That(server.Requests.Records.Count(static request => request.Operation == Insert), Is.EqualTo(3));
    }

    private static ServiceProvider Register(GcsServer server, int? upstreamRetries)
    {
        var services = new ServiceCollection();
        services.AddBleepStore()
            .UseGcp(options => (options.Bucket, options.ServiceUrl, options.UnauthenticatedAccess) = ("container", server.BaseUri, true))
            .WithRetry(static options => (options.MaxAttempts, options.BaseDelay) = (3, TimeSpan.Zero))
            .Configure(options => options.UpstreamRetries = upstreamRetries);
        return services.BuildServiceProvider();
    }
}
