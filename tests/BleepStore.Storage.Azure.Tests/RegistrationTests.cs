using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Azure.Tests;

public sealed class RegistrationTests
{
    [Test]
    public void By_action()
    {
        using ServiceProvider services = Services(static services => services.AddBleepStore().UseAzure(static options =>
        {
            options.AccountName = "account";
            options.Container = "store";
        }));

        Assert.That(services.GetRequiredService<ObjectStore>().GetService<BlobContainerClient>()!.Uri, Is.EqualTo(new Uri("https://account.blob.core.windows.net/store")));
    }

    [Test]
    public void By_configuration_and_name()
    {
        IConfiguration configuration = Configuration(
            ("AccountUrl", "https://account.blob.core.windows.net"), ("Prefix", "pre/"), ("BucketMapping", "ContainerPerBucket"), ("SasToken", "sig=x"), ("MultipartStaging", "InPlace"));
        using ServiceProvider services = Services(services => services.AddBleepStore("media").UseAzure(configuration));

        ObjectStore store = services.GetRequiredKeyedService<ObjectStore>("media");

        Assert.That(store.Capabilities.EnforcesBuckets, Is.True);
        Assert.That(store.Capabilities.MaxKeyBytes, Is.EqualTo(1020));
    }

    [Test]
    public void By_choice_of_configuration()
    {
        IConfiguration configuration = Configuration(("Backend", "azure"), ("AccountName", "account"), ("Container", "store"));
        using ServiceProvider services = Services(services => services.AddBleepStore().UseConfiguration(configuration, static choices => choices.InMemory().Azure()));

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
            services.AddBleepStore("service").UseAzure(static provider => provider.GetRequiredService<BlobServiceClient>(), static options => options.Container = "store");
            services.AddBleepStore("container").UseAzure(static provider => provider.GetRequiredService<BlobContainerClient>());
        });

        Assert.That(services.GetRequiredKeyedService<ObjectStore>("service").GetService<BlobServiceClient>(), Is.SameAs(service));
        Assert.That(services.GetRequiredKeyedService<ObjectStore>("container").GetService<BlobContainerClient>()!.Name, Is.EqualTo("own"));
    }

    [Test]
    public async Task Mistakes_stop_the_start_and_name_store_and_option()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddBleepStore("media").UseAzure(static options =>
        {
            options.AccountName = "account";
            options.ConnectionString = "UseDevelopmentStorage=true";
            options.Container = "store";
        });
        using IHost host = builder.Build();

        OptionsValidationException? error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(
            error!.Message,
            Does.Contain("Store 'media'").And.Contain(nameof(AzureBackendOptions.ConnectionString)).And.Contain(nameof(AzureBackendOptions.AccountName)));
        await host.StopAsync();
    }

    [Test]
    public void Two_backends_for_one_store_are_refused() =>
        Assert.Throws<InvalidOperationException>(static () => new ServiceCollection().AddBleepStore().UseInMemory().UseAzure(static _ => { }));

    [Test]
    public void By_hand_options_are_checked_too() =>
        Assert.Throws<ArgumentException>(static () => AzureStore.Create(new AzureBackendOptions()));

    private static ServiceProvider Services(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        return services.BuildServiceProvider();
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(static value => new KeyValuePair<string, string?>(value.Name, value.Value))).Build();
}
