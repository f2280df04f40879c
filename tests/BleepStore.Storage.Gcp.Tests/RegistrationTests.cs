using System.Diagnostics;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Providers;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace BleepStore.Storage.Gcp.Tests;

public sealed class RegistrationTests : ProviderRegistrationTests<GcpBackendOptions>
{
    protected override string[] Mistake => [nameof(GcpBackendOptions.Bucket), nameof(GcpBackendOptions.Prefix)];

    protected override (string Misspelt, string Meant) Slip => ("CredentialFile", nameof(GcpBackendOptions.CredentialsFile));

    protected override string Switch => nameof(GcpBackendOptions.UnauthenticatedAccess);

    [Test]
    public void By_action()
    {
        using ServiceProvider services = Services(static services => services.AddBleepStore().UseGcp(static options =>
            (options.Bucket, options.ServiceUrl) = ("upstream", new Uri("https://storage.example.com"))));

        Assert.That(
            services.GetRequiredService<ObjectStore>().GetService<StorageClient>()!.Service.BaseUri,
            Is.EqualTo("https://storage.example.com/storage/v1/"));
    }

    [Test]
    public void Activities_tell_the_servers_address()
    {
        using ServiceProvider services = Services(static services => services.AddBleepStore().UseGcp(static o => o.Bucket = "upstream"));
        using var activity = new Activity("Put");

        services.GetRequiredService<ObjectStore>().GetService<StorageBackend>()!.AddTags(activity, "bucket", "key");

        Assert.That(
            activity.TagObjects,
            Is.EquivalentTo(
                new KeyValuePair<string, object?>[] { new("server.address", "storage.googleapis.com"), new("server.port", 443) }));
    }

    [Test]
    public void By_configuration_and_name()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("ServiceUrl", "http://127.0.0.1:9000"),
            ("Prefix", "pre/"),
            ("BucketMapping", "ContainerPerBucket"),
            ("ProjectId", "project"),
            ("UnauthenticatedAccess", "true"));
        using ServiceProvider services = Services(services => services.AddBleepStore("media").UseGcp(configuration));

        ObjectStore store = services.GetRequiredKeyedService<ObjectStore>("media");

        Assert.That((store.Capabilities.EnforcesBuckets, store.Capabilities.MaxKeyBytes), Is.EqualTo((true, 1020)));
        Assert.That(store.GetService<StorageClient>()!.Service.BaseUri, Is.EqualTo("http://127.0.0.1:9000/storage/v1/"));
    }

    [Test]
    public void By_choice_of_configuration()
    {
        IConfiguration configuration = TestConfiguration.Of(("Backend", "gcp"), ("Bucket", "upstream"));
        using ServiceProvider services =
            Services(services => services.AddBleepStore().UseConfiguration(configuration, static choices => choices.InMemory().Gcp()));

        Assert.That(services.GetRequiredService<ObjectStore>().GetService<StorageClient>(), Is.Not.Null);
    }

    [TestCase(null)]
    [TestCase("gcs")]
    public void A_client_that_is_registered_is_used_and_not_disposed(string? key)
    {
        using var service = new StorageService();
        StorageClient client = Substitute.For<StorageClient>();
        client.Service.Returns(service);
        using (ServiceProvider services = Services(services =>
        {
            services.AddKeyedSingleton(key, client);
            services.AddBleepStore("media").UseGcp(
                sp => sp.GetRequiredKeyedService<StorageClient>(key), static options => options.Bucket = "upstream");
        }))
        {
            Assert.That(services.GetRequiredKeyedService<ObjectStore>("media").GetService<StorageClient>(), Is.SameAs(client));
        }

        client.DidNotReceive().Dispose();
    }

    [Test]
    public void A_client_that_was_made_is_disposed_with_the_store_twice_and_unused()
    {
        ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = "upstream", UnauthenticatedAccess = true, ServiceUrl = new Uri("http://127.0.0.1:1") });
        StorageClient client = store.GetService<StorageClient>()!;

        store.Dispose();
        store.Dispose();

        Assert.That(async () => await client.GetBucketAsync("upstream"), Throws.InstanceOf<ObjectDisposedException>());
    }

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, Action<GcpBackendOptions> configure) => builder.UseGcp(configure);

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, IConfiguration configuration) => builder.UseGcp(configuration);

    protected override ObjectStore Create(GcpBackendOptions options) => GcpStore.Create(options);

    protected override void MakeMistake(GcpBackendOptions options) => options.Prefix = "x";
}
