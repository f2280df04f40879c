using Amazon.S3;
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
        using ServiceProvider services = Services(static services => services.AddBleepStore().UseAws(static options => (options.Region, options.Bucket) = ("eu-central-1", "upstream")));

        Assert.That(services.GetRequiredService<ObjectStore>().GetService<IAmazonS3>()!.Config.RegionEndpoint.SystemName, Is.EqualTo("eu-central-1"));
    }

    [Test]
    public void By_configuration_and_name()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("ServiceUrl", "https://s3.example.com"), ("Prefix", "pre/"), ("BucketMapping", "ContainerPerBucket"), ("AccessKeyId", "id"), ("SecretAccessKey", "secret"), ("Compatibility", "S3Compatible"));
        using ServiceProvider services = Services(services => services.AddBleepStore("media").UseAws(configuration));

        ObjectStore store = services.GetRequiredKeyedService<ObjectStore>("media");

        Assert.That((store.Capabilities.EnforcesBuckets, store.Capabilities.MaxKeyBytes, store.Capabilities.DeletesConditionally), Is.EqualTo((true, 1020, false)));
    }

    [Test]
    public void By_choice_of_configuration()
    {
        IConfiguration configuration = TestConfiguration.Of(("Backend", "aws"), ("Region", "eu-central-1"), ("Bucket", "upstream"));
        using ServiceProvider services =
            Services(services => services.AddBleepStore().UseConfiguration(configuration, static choices => choices.InMemory().Aws()));

        Assert.That(services.GetRequiredService<ObjectStore>().GetService<IAmazonS3>(), Is.Not.Null);
    }

    [Test]
    public void A_client_of_the_applications_own_is_used_and_not_disposed()
    {
        IAmazonS3 client = Substitute.For<IAmazonS3>();
        using (ServiceProvider services = Services(services =>
        {
            services.AddSingleton(_ => client);
            services.AddBleepStore("media").UseAws(_ => client, static options => options.Bucket = "upstream");
        }))
        {
            Assert.That(services.GetRequiredKeyedService<ObjectStore>("media").GetService<IAmazonS3>(), Is.SameAs(client));
        }

        client.DidNotReceive().Dispose();
    }

    [Test]
    public void A_client_that_was_made_is_disposed_with_the_store_twice_and_unused()
    {
        ObjectStore store = AwsStore.Create(new AwsBackendOptions { Region = "eu-central-1", Bucket = "upstream", AccessKeyId = "id", SecretAccessKey = "secret" });
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
