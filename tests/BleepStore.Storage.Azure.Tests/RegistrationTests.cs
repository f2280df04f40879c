using System.Diagnostics;
using Azure.Storage.Blobs;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Azure.Tests;

public sealed class RegistrationTests : ProviderRegistrationTests<AzureBackendOptions>
{
    protected override string[] Mistake => [nameof(AzureBackendOptions.ConnectionString), nameof(AzureBackendOptions.AccountName)];

    protected override (string Misspelt, string Meant) Slip => ("AcountUrl", nameof(AzureBackendOptions.AccountUrl));

    protected override string Switch => nameof(AzureBackendOptions.UseManagedIdentity);

    [Test]
    public void By_action()
    {
        using ServiceProvider services = Services(static services => services.AddBleepStore().UseAzure(static options =>
        {
            options.AccountName = "account";
            options.Container = "store";
        }));

        Assert.That(
            services.GetRequiredService<ObjectStore>().GetService<BlobContainerClient>()!.Uri,
            Is.EqualTo(new Uri("https://account.blob.core.windows.net/store")));
    }

    /// <summary>.NET Aspire registers it as a singleton, or as a keyed one.</summary>
    [TestCase(null)]
    [TestCase("blobs")]
    public void Through_a_client_that_is_registered(string? key)
    {
        var client = new BlobServiceClient("UseDevelopmentStorage=true");
        using ServiceProvider services = Services(services =>
        {
            services.AddKeyedSingleton(key, client);
            services.AddBleepStore().UseAzure(sp => sp.GetRequiredKeyedService<BlobServiceClient>(key), static o => o.Container = "store");
        });

        Assert.That(
            services.GetRequiredService<ObjectStore>().GetService<BlobContainerClient>()!.Uri,
            Is.EqualTo(client.GetBlobContainerClient("store").Uri));
    }

    [Test]
    public void Activities_tell_the_servers_address()
    {
        using ServiceProvider services = Services(
            static services => services.AddBleepStore().UseAzure(static o => (o.AccountName, o.Container) = ("account", "store")));
        StorageBackend backend = services.GetRequiredService<ObjectStore>().GetService<StorageBackend>()!;
        using var activity = new Activity("Put");

        backend.AddTags(activity, "bucket", "key");

        Assert.That(
            activity.TagObjects,
            Is.EquivalentTo(
                new KeyValuePair<string, object?>[] { new("server.address", "account.blob.core.windows.net"), new("server.port", 443) }));
        Assert.That(backend.RequestIdTag, Is.EqualTo("azure.service.request.id"));
    }

    [Test]
    public void By_configuration_and_name()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("AccountUrl", "https://account.blob.core.windows.net"),
            ("Prefix", "pre/"),
            ("BucketMapping", "ContainerPerBucket"),
            ("SasToken", "sig=x"),
            ("MultipartStaging", "InPlace"));
        using ServiceProvider services = Services(services => services.AddBleepStore("media").UseAzure(configuration));

        ObjectStore store = services.GetRequiredKeyedService<ObjectStore>("media");

        Assert.That(store.Capabilities.EnforcesBuckets, Is.True);
        Assert.That(store.Capabilities.MaxKeyBytes, Is.EqualTo(1020));
    }

    [Test]
    public void By_choice_of_configuration()
    {
        IConfiguration configuration = TestConfiguration.Of(("Backend", "azure"), ("AccountName", "account"), ("Container", "store"));
        using ServiceProvider services = Services(
            services => services.AddBleepStore().UseConfiguration(configuration, static choices => choices.InMemory().Azure()));

        Assert.That(services.GetRequiredService<ObjectStore>().GetService<BlobServiceClient>()!.AccountName, Is.EqualTo("account"));
    }

    [Test]
    public void A_client_of_the_applications_own_is_used()
    {
        var service = new BlobServiceClient(new Uri("https://account.blob.core.windows.net"));
        using ServiceProvider services = Services(services =>
        {
            services.AddSingleton(service);
            services.AddSingleton(new BlobContainerClient(new Uri("https://account.blob.core.windows.net/own")));
            services.AddBleepStore("service").UseAzure(
                static provider => provider.GetRequiredService<BlobServiceClient>(), static options => options.Container = "store");
            services.AddBleepStore("container").UseAzure(static provider => provider.GetRequiredService<BlobContainerClient>());
        });

        Assert.That(services.GetRequiredKeyedService<ObjectStore>("service").GetService<BlobServiceClient>(), Is.SameAs(service));
        Assert.That(services.GetRequiredKeyedService<ObjectStore>("container").GetService<BlobContainerClient>()!.Name, Is.EqualTo("own"));
    }

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, Action<AzureBackendOptions> configure) =>
        builder.UseAzure(configure);

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, IConfiguration configuration) => builder.UseAzure(configuration);

    protected override ObjectStore Create(AzureBackendOptions options) => AzureStore.Create(options);

    protected override void MakeMistake(AzureBackendOptions options) =>
        (options.AccountName, options.ConnectionString, options.Container) = ("account", "UseDevelopmentStorage=true", "store");
}
