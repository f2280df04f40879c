using BleepStore.Storage.Local.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Local.Tests;

public class RegistrationTests : LocalFixture
{
    [Test]
    public async Task A_store_is_registered_by_path_by_options_by_section_and_by_choice()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Backend"] = "local", ["RootPath"] = Root, ["Durability"] = "None" })
            .Build();
        var services = new ServiceCollection();
        services.AddBleepStore().UseLocal(Root);
        services.AddBleepStore("options").UseLocal(options => options.RootPath = Root);
        services.AddBleepStore("section").UseLocal(configuration);
        services.AddBleepStore("choice").UseConfiguration(configuration, choices => choices.Local());
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<ObjectStore>().CreateBucketAsync("bucket");

        foreach (string name in new[] { "options", "section", "choice" })
        {
            Assert.That(await provider.GetRequiredKeyedService<ObjectStore>(name).BucketExistsAsync("bucket"), Is.True, name);
        }
    }

    [Test]
    public void A_missing_root_and_a_wrong_durability_are_refused_and_name_store_and_option()
    {
        var services = new ServiceCollection();
        services.AddBleepStore("media").UseLocal(options => options.RootPath = "");
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredKeyedService<ObjectStore>("media"), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("media").And.Message.Contains("RootPath"));
        Assert.That(() => LocalStore.Create(new LocalBackendOptions()), Throws.ArgumentException.With.Message.Contains("RootPath"));
        Assert.That(() => LocalStore.Create(new LocalBackendOptions { RootPath = Root, Durability = (Durability)7 }), Throws.ArgumentException.With.Message.Contains("Durability"));
        Assert.That(() => LocalStore.Create(new LocalBackendOptions { RootPath = "a\0b" }), Throws.ArgumentException);
    }
}
