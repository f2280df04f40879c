using System.Diagnostics;
using Amazon.S3;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace BleepStore.Storage.Aws.Tests;

public sealed class RegistrationTests : ProviderRegistrationTests<AwsBackendOptions>
{
    protected override string[] Mistake => [nameof(AwsBackendOptions.Bucket), "directory bucket"];

    protected override (string Misspelt, string Meant) Slip => ("ServceUrl", nameof(AwsBackendOptions.ServiceUrl));

    protected override string Switch => nameof(AwsBackendOptions.ForcePathStyle);

    [Test]
    public void By_action()
    {
        using ServiceProvider services = Services(static services => services.AddBleepStore()
            .UseAws(static options => (options.Region, options.Bucket) = ("eu-central-1", "upstream")));

        Assert.That(
            services.GetRequiredService<ObjectStore>().GetService<IAmazonS3>()!.Config.RegionEndpoint.SystemName,
            Is.EqualTo("eu-central-1"));
    }

    [TestCase(null, "eu-central-1", "s3.eu-central-1.amazonaws.com", 443)]
    [TestCase("http://127.0.0.1:9000", null, "127.0.0.1", 9000)]
    public void Activities_tell_the_servers_address_and_the_names_upstream(string? url, string? region, string address, int port)
    {
        using ServiceProvider services = Services(services => services.AddBleepStore().UseAws(o =>
            (o.ServiceUrl, o.Region, o.Bucket, o.Prefix, o.AccessKeyId, o.SecretAccessKey) = (
                url is null ? null : new Uri(url), region, "upstream", "pre/", "id", "secret")));
        StorageBackend backend = services.GetRequiredService<ObjectStore>().GetService<StorageBackend>()!;
        using var activity = new Activity("Put");
        using var listing = new Activity("ListBuckets");

        backend.AddTags(activity, "bucket", "a/b");
        backend.AddTags(listing, bucket: null, key: null);

        KeyValuePair<string, object?>[] server = [new("server.address", address), new("server.port", port)];
        Assert.That(
            activity.TagObjects,
            Is.EquivalentTo(server.Append(new("aws.s3.bucket", "upstream")).Append(new("aws.s3.key", "pre/bucket/a/b"))));
        Assert.That(listing.TagObjects, Is.EquivalentTo(server));
        Assert.That(backend.RequestIdTag, Is.EqualTo("aws.request_id"));
    }

    [Test]
    public void By_configuration_and_name()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("ServiceUrl", "https://s3.example.com"),
            ("Prefix", "pre/"),
            ("BucketMapping", "ContainerPerBucket"),
            ("AccessKeyId", "id"),
            ("SecretAccessKey", "secret"),
            ("Compatibility", "S3Compatible"));
        using ServiceProvider services = Services(services => services.AddBleepStore("media").UseAws(configuration));

        ObjectStore store = services.GetRequiredKeyedService<ObjectStore>("media");

        Assert.That(
            (store.Capabilities.EnforcesBuckets, store.Capabilities.MaxKeyBytes, store.Capabilities.DeletesConditionally),
            Is.EqualTo((true, 1020, false)));
    }

    [Test]
    public void By_choice_of_configuration()
    {
        IConfiguration configuration = TestConfiguration.Of(("Backend", "aws"), ("Region", "eu-central-1"), ("Bucket", "upstream"));
        using ServiceProvider services =
            Services(services => services.AddBleepStore().UseConfiguration(configuration, static choices => choices.InMemory().Aws()));

        Assert.That(services.GetRequiredService<ObjectStore>().GetService<IAmazonS3>(), Is.Not.Null);
    }

    /// <summary>The packages of AWS register it as a singleton, or as a keyed one.</summary>
    [TestCase(null)]
    [TestCase("s3")]
    public void A_client_that_is_registered_is_used_and_not_disposed(string? key)
    {
        IAmazonS3 client = Substitute.For<IAmazonS3>();
        using (ServiceProvider services = Services(services =>
        {
            services.AddKeyedSingleton(key, client);
            services.AddBleepStore("media").UseAws(
                sp => sp.GetRequiredKeyedService<IAmazonS3>(key), static options => options.Bucket = "upstream");
        }))
        {
            Assert.That(services.GetRequiredKeyedService<ObjectStore>("media").GetService<IAmazonS3>(), Is.SameAs(client));
        }

        client.DidNotReceive().Dispose();
    }

    [Test]
    public void A_client_that_was_made_is_disposed_with_the_store_twice_and_unused()
    {
        ObjectStore store = AwsStore.Create(
            new AwsBackendOptions { Region = "eu-central-1", Bucket = "upstream", AccessKeyId = "id", SecretAccessKey = "secret" });
        IAmazonS3 client = store.GetService<IAmazonS3>()!;

        store.Dispose();
        store.Dispose();

        Assert.That(async () => await client.ListBucketsAsync(), Throws.InstanceOf<ObjectDisposedException>());
    }

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, Action<AwsBackendOptions> configure) => builder.UseAws(configure);

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, IConfiguration configuration) => builder.UseAws(configuration);

    protected override ObjectStore Create(AwsBackendOptions options) => AwsStore.Create(options);

    protected override void MakeMistake(AwsBackendOptions options) => options.Bucket = "base--use1-az4--x-s3";
}
