using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Local.Tests;

/// <summary>Every way to register a store keeps its buckets below the root.</summary>
public sealed class RegisteredStoresTests : LocalFixture
{
    [Test]
    public Task By_path() => AssertKeepsAsync("", builder => builder.UseLocal(Root));

    [Test]
    public Task By_action() => AssertKeepsAsync("", builder => builder.UseLocal(options => options.RootPath = Root));

    [Test]
    public Task By_configuration_and_name() =>
        AssertKeepsAsync("media", builder => builder.UseLocal(TestConfiguration.Of(("RootPath", Root), ("Durability", "None"))));

    [Test]
    public Task By_choice_of_configuration() =>
        AssertKeepsAsync("", builder =>
            builder.UseConfiguration(TestConfiguration.Of(("Backend", "local"), ("RootPath", Root)), static choices => choices.InMemory().Local()));

    [Test]
    public void By_hand_mistakes_name_the_option()
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
}
