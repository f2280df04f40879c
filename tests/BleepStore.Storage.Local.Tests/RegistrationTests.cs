using BleepStore.Storage.Local.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Local.Tests;

public sealed class RegistrationTests : LocalFixture
{
    [Test]
    public Task By_path() => AssertKeepsAsync("", builder => builder.UseLocal(Root));

    [Test]
    public Task By_action() => AssertKeepsAsync("", builder => builder.UseLocal(options => options.RootPath = Root));

    [Test]
    public Task By_configuration_and_name() =>
        AssertKeepsAsync("media", builder => builder.UseLocal(Configuration(("RootPath", Root), ("Durability", "None"))));

    [Test]
    public Task By_choice_of_configuration() =>
        AssertKeepsAsync("", builder =>
            builder.UseConfiguration(Configuration(("Backend", "local"), ("RootPath", Root)), static choices => choices.InMemory().Local()));

    [Test]
    public async Task Mistakes_stop_the_start_and_name_store_and_option()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddBleepStore("media").UseLocal(static options => options.RootPath = "");
        using IHost host = builder.Build();

        OptionsValidationException? error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(error!.Message, Does.Contain("Store 'media'").And.Contain(nameof(LocalBackendOptions.RootPath)));
        await host.StopAsync();
    }

    [Test]
    public void Two_backends_for_one_store_are_refused() =>
        Assert.Throws<InvalidOperationException>(static () => new ServiceCollection().AddBleepStore().UseInMemory().UseLocal(static _ => { }));

    [Test]
    public void By_hand_options_are_checked_too()
    {
        Assert.That(() => LocalStore.Create(new LocalBackendOptions()), Throws.ArgumentException.With.Message.Contains("RootPath"));
        Assert.That(() => LocalStore.Create(new LocalBackendOptions { RootPath = Root, Durability = (Durability)7 }), Throws.ArgumentException.With.Message.Contains("Durability"));
        Assert.That(() => LocalStore.Create(new LocalBackendOptions { RootPath = "a\0b" }), Throws.ArgumentException);
    }

    /// <summary>A store that is registered so keeps its buckets below the root.</summary>
    private async Task AssertKeepsAsync(string name, Func<ObjectStoreBuilder, ObjectStoreBuilder> use)
    {
        var services = new ServiceCollection();
        use(name.Length == 0 ? services.AddBleepStore() : services.AddBleepStore(name));
        await using ServiceProvider provider = services.BuildServiceProvider();

        ObjectStore store = name.Length == 0 ? provider.GetRequiredService<ObjectStore>() : provider.GetRequiredKeyedService<ObjectStore>(name);
        await store.CreateBucketAsync("bucket");

        Assert.That(Directory.Exists(PathIn("bucket")), Is.True);
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
