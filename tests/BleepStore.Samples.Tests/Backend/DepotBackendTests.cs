using System.Net;
using BleepStore.Samples.Backend;
using BleepStore.Samples.Backend.Service;
using BleepStore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Samples.Tests.Backend;

/// <summary>Tests features that the conformance suite cannot test, because only the Depot backend has them.</summary>
public sealed class DepotBackendTests
{
    private static readonly DepotBackendOptions Options = new() { ServiceUrl = new Uri("http://depot.example/") };

    [Test]
    public async Task A_service_that_is_busy_is_a_transient_error_of_unknown_outcome()
    {
        using var service = new DepotService();
        await using ObjectStore store = DepotStore.Create(Options, handler: service);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        service.Refuse = static _ => HttpStatusCode.ServiceUnavailable;

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("key", new byte[] { 1 })))!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
            Assert.That(error.IsTransient, Is.True);
            Assert.That(error.IsOutcomeUnknown, Is.True);
            Assert.That(error.Status, Is.EqualTo(503));
            Assert.That(error.RequestId, Is.Not.Empty);
        });
    }

    [Test]
    public async Task An_answer_of_something_in_between_is_no_proof()
    {
        using var portal = new PortalHandler();
        await using ObjectStore store = DepotStore.Create(Options, handler: portal);
        Bucket bucket = store.GetBucket("bucket");

        StorageException put = (await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("key", new byte[] { 1 })))!;
        StorageException delete = (await Assert.ThrowsAsync<StorageException>(() => bucket.DeleteAsync("key")))!;
        StorageException list = (await Assert.ThrowsAsync<StorageException>(() => bucket.ListPageAsync()))!;

        Assert.That(new[] { put.Code, delete.Code, list.Code }, Is.All.EqualTo(StorageErrorCode.InternalError));
        Assert.That(new[] { put.IsOutcomeUnknown, delete.IsOutcomeUnknown }, Is.All.True);
        Assert.That(list.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public void Options_that_break_a_rule_name_the_option()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddBleepStore("media").UseDepot(static options => options.ServiceUrl = new Uri("depot", UriKind.Relative))
            .Services.BuildServiceProvider();

        Assert.That(
            () => services.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("store 'media'").And.Message.Contains("ServiceUrl"));
        Assert.That(() => DepotStore.Create(new DepotBackendOptions()), Throws.ArgumentException.With.Message.Contains("ServiceUrl"));
    }

    [Test]
    public async Task Configuration_can_choose_it()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Backend"] = "depot", ["ServiceUrl"] = "http://depot.example/" })
            .Build();
        await using ServiceProvider services = new ServiceCollection()
            .AddBleepStore().UseConfiguration(configuration, static choices => choices.Depot()).Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<ObjectStore>().Capabilities.SupportsMultipart, Is.False);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task The_sample_runs(CancellationToken cancellationToken)
    {
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("bleepstore-samples-tests-");
        SampleProcess sample = await SampleProcess.RunAsync("BleepStore.Samples.Backend", [], temporary.FullName, cancellationToken);
        temporary.Delete();

        Assert.Multiple(() =>
        {
            Assert.That(sample.Error, Is.Empty);
            Assert.That(sample.ExitCode, Is.Zero);
            Assert.That(sample.Output, Does.StartWith("Put 2026/../summary.txt: 5 bytes, ETag 8b1a9953c4611296a827abf8c47804d7"));
            Assert.That(sample.Output, Does.Contain("Got 'Hello' by Zoë."));
            Assert.That(sample.Output, Does.Contain("Refused as it should be: PreconditionFailed"));
            Assert.That(sample.Output, Does.EndWith("Listed summary.txt: 5 bytes."));
        });
    }

    /// <summary>The sign-in page of a network.</summary>
    private sealed class PortalHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<p>Sign in</p>") });
    }
}
