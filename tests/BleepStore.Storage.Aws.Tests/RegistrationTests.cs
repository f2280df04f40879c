using Amazon.S3;
using BleepStore.Storage.Aws.Wire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace BleepStore.Storage.Aws.Tests;

public sealed class RegistrationTests
{
    [Test]
    public void By_action()
    {
        using ServiceProvider services = Services(static services => services.AddBleepStore().UseAws(static options => (options.Region, options.Bucket) = ("eu-central-1", "upstream")));

        Assert.That(services.GetRequiredService<ObjectStore>().GetService<IAmazonS3>()!.Config.RegionEndpoint.SystemName, Is.EqualTo("eu-central-1"));
    }

    [Test]
    public void By_configuration_and_name()
    {
        IConfiguration configuration = Configuration(
            ("ServiceUrl", "https://s3.example.com"), ("Prefix", "pre/"), ("BucketMapping", "ContainerPerBucket"), ("AccessKeyId", "id"), ("SecretAccessKey", "secret"), ("Compatibility", "S3Compatible"));
        using ServiceProvider services = Services(services => services.AddBleepStore("media").UseAws(configuration));

        ObjectStore store = services.GetRequiredKeyedService<ObjectStore>("media");

        Assert.That((store.Capabilities.EnforcesBuckets, store.Capabilities.MaxKeyBytes, store.Capabilities.DeletesConditionally), Is.EqualTo((true, 1020, false)));
    }

    [Test]
    public void By_choice_of_configuration()
    {
        IConfiguration configuration = Configuration(("Backend", "aws"), ("Region", "eu-central-1"), ("Bucket", "upstream"));
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

    [Test]
    public async Task Mistakes_are_found_when_the_application_starts()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddBleepStore("media").UseAws(static options => options.Bucket = "base--use1-az4--x-s3");
        using IHost host = builder.Build();

        OptionsValidationException? error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(error!.Message, Does.Contain("Store 'media'").And.Contain("directory bucket"));
        await host.StopAsync();
    }

    [TestCase(null, false, AwsCompatibility.Aws)]
    [TestCase("https://s3.eu-central-1.amazonaws.com", false, AwsCompatibility.Aws)]
    [TestCase("https://bucket.vpce-1.s3.eu-central-1.vpce.amazonaws.com", false, AwsCompatibility.Aws)]
    [TestCase("https://s3.example.com", true, AwsCompatibility.S3Compatible)]
    [TestCase("https://amazonaws.com.example.com", true, AwsCompatibility.S3Compatible)]
    public void Who_answers_follows_from_the_endpoint(string? url, bool pathStyle, AwsCompatibility expected)
    {
        using var clients = AwsClients.FromOptions(new AwsBackendOptions { ServiceUrl = url is null ? null : new Uri(url), Region = "eu-central-1", AccessKeyId = "id", SecretAccessKey = "secret" });

        Assert.That(clients.Compatibility, Is.EqualTo(expected));
        Assert.That(((AmazonS3Config)clients.Client.Config).ForcePathStyle, Is.EqualTo(pathStyle));
        Assert.That(clients.Client.Config.Timeout, Is.EqualTo(Timeout.InfiniteTimeSpan));
    }

    [TestCase("https://ceph.example.com", true, AwsCompatibility.S3Compatible)]
    [TestCase("https://s3.eu-central-1.amazonaws.com", false, AwsCompatibility.Aws)]
    public void Who_answers_follows_also_from_an_endpoint_that_the_hook_names(string url, bool pathStyle, AwsCompatibility expected)
    {
        using var clients = AwsClients.FromOptions(new AwsBackendOptions { Region = "eu-central-1", AccessKeyId = "id", SecretAccessKey = "secret", ConfigureClient = config => config.ServiceURL = url });

        Assert.That(clients.Compatibility, Is.EqualTo(expected));
        Assert.That((((AmazonS3Config)clients.Client.Config).ForcePathStyle, clients.Client.Config.AuthenticationRegion), Is.EqualTo((pathStyle, "eu-central-1")));
    }

    [Test]
    public void What_the_options_and_the_hook_say_stands()
    {
        using var byOptions = AwsClients.FromOptions(new AwsBackendOptions
        {
            Region = "eu-central-1",
            ForcePathStyle = false,
            Compatibility = AwsCompatibility.Aws,
            AccessKeyId = "id",
            SecretAccessKey = "secret",
            ConfigureClient = static config => config.ServiceURL = "https://ceph.example.com",
        });
        using var byHook = AwsClients.FromOptions(new AwsBackendOptions
        {
            ServiceUrl = new Uri("https://ceph.example.com"),
            AccessKeyId = "id",
            SecretAccessKey = "secret",
            ConfigureClient = static config => (config.ForcePathStyle, config.AuthenticationRegion) = (false, "zone-1"),
        });

        Assert.That((byOptions.Compatibility, ((AmazonS3Config)byOptions.Client.Config).ForcePathStyle), Is.EqualTo((AwsCompatibility.Aws, false)));
        Assert.That((byHook.Compatibility, ((AmazonS3Config)byHook.Client.Config).ForcePathStyle), Is.EqualTo((AwsCompatibility.S3Compatible, false)));
        Assert.That(byHook.Client.Config.AuthenticationRegion, Is.EqualTo("zone-1"));
    }

    private static ServiceProvider Services(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        return services.BuildServiceProvider();
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
