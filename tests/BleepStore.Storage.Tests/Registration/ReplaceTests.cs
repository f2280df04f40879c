using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Tests.Registration;

public class ReplaceTests
{
    private readonly ServiceCollection _services = new();

    [Test]
    public async Task The_other_backend_takes_over_with_options_buckets_and_decorators([Values("", "media")] string name)
    {
        int decorated = 0;
        ObjectStoreBuilder builder = name.Length == 0 ? _services.AddBleepStore() : _services.AddBleepStore(name);
        builder.UseInMemory(static options => options.Capacity = -1)
            .Configure(static options => options.ReadRetries = 2)
            .AddBucket("photos")
            .Decorate((_, inner) =>
            {
                decorated++;
                return inner;
            });

        ObjectStoreBuilder replaced = name.Length == 0 ? _services.ReplaceBleepStore() : _services.ReplaceBleepStore(name);
        replaced.UseBackend<Other>(static (_, _) => new ScriptedBackend());

        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = name.Length == 0
            ? provider.GetRequiredService<ObjectStore>()
            : provider.GetRequiredKeyedService<ObjectStore>(name);
        Assert.That(store.GetService<ScriptedBackend>(), Is.Not.Null);
        Assert.That((replaced.Name, decorated), Is.EqualTo((name, 1)));
        Assert.That(provider.GetRequiredKeyedService<Bucket>("photos").Name, Is.EqualTo("photos"));
        Assert.That(provider.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().Get(name).ReadRetries, Is.EqualTo(2));
    }

    [Test]
    public async Task The_names_in_the_section_of_the_old_backend_are_not_looked_at()
    {
        IConfiguration configuration = TestConfiguration.Of(("Store:Backend", "memory"), ("Store:Capasity", "3"));
        _services.AddBleepStore().UseConfiguration(configuration.GetSection("Store"), static choices => choices.InMemory());
        _services.ReplaceBleepStore().UseInMemory();
        await using ServiceProvider provider = _services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ObjectStore>(), Throws.Nothing);
    }

    [TestCase(null)]
    [TestCase("floppy")]
    public async Task A_test_needs_no_configuration_of_the_old_backend(string? backend)
    {
        IConfiguration configuration = backend is null ? TestConfiguration.Of() : TestConfiguration.Of(("Store:Backend", backend));
        _services.AddBleepStore().UseConfiguration(configuration.GetSection("Store"), static choices => choices.InMemory());
        _services.ReplaceBleepStore().UseInMemory();
        await using ServiceProvider provider = _services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ObjectStore>(), Throws.Nothing);
    }

    [Test]
    public void A_store_that_is_not_registered_is_refused_and_says_what_there_is()
    {
        _services.AddBleepStore().UseInMemory();
        _services.AddBleepStore("media").UseInMemory();

        Assert.That(
            () => _services.ReplaceBleepStore("medai"),
            Throws.InvalidOperationException.With.Message.Contains("'medai'").And.Message.Contains("the unnamed one, 'media'"));
        Assert.That(
            () => new ServiceCollection().ReplaceBleepStore(), Throws.InvalidOperationException.With.Message.Contains("Registered: none"));
        Assert.That(() => _services.ReplaceBleepStore(""), Throws.ArgumentException);
    }

    [Test]
    public void Without_another_backend_the_store_has_none()
    {
        _services.AddBleepStore().UseInMemory();
        _services.ReplaceBleepStore();
        using ServiceProvider provider = _services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<ObjectStore>(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("no backend"));
    }

    private sealed class Other;
}
