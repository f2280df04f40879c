using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>The checks that the registration of every provider makes. Each provider inherits this and gives its options.</summary>
public abstract class ProviderRegistrationTests<TOptions>
    where TOptions : class, new()
{
    /// <summary>The required content of the error about <see cref="MakeMistake"/>, in addition to the name of the store.</summary>
    protected abstract string[] Mistake { get; }

    /// <summary>A setting with a slip of the pen, and the one that is meant.</summary>
    protected abstract (string Misspelt, string Meant) Slip { get; }

    /// <summary>A setting that is true or false.</summary>
    protected abstract string Switch { get; }

    [Test]
    public async Task A_misspelt_setting_stops_the_start_and_names_the_one_that_is_meant()
    {
        OptionsValidationException error = await FailToStartAsync((Slip.Misspelt, "x"));

        Assert.That(
            error.Message,
            Does.Contain("The store 'media': ").And.Contain($"'Store:{Slip.Misspelt}'").And.Contain($"Did you mean '{Slip.Meant}'?"));
    }

    [Test]
    public async Task A_value_that_is_no_value_of_its_setting_stops_the_start_and_names_store_and_setting()
    {
        OptionsValidationException error = await FailToStartAsync((Switch, "perhaps"));

        Assert.That(error.Message, Does.Contain("The store 'media': ").And.Contain($"Store:{Switch}").And.Contain("perhaps"));
    }

    [Test]
    public async Task The_options_of_a_backend_that_is_replaced_are_not_validated()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        Use(builder.Services.AddBleepStore("media"), MakeMistake);
        builder.Services.ReplaceBleepStore("media").UseInMemory();
        using IHost host = builder.Build();

        await host.StartAsync();

        ObjectStore store = host.Services.GetRequiredKeyedService<ObjectStore>("media");
        Assert.That((await store.CreateBucketAsync("bucket")).Name, Is.EqualTo("bucket"));
        await host.StopAsync();
    }

    [Test]
    public async Task Mistakes_stop_the_start_and_name_store_and_option()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        Use(builder.Services.AddBleepStore("media"), MakeMistake);
        using IHost host = builder.Build();

        OptionsValidationException? error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(Mistake, Is.Not.Empty);
        foreach (string said in Mistake.Prepend("store 'media'"))
        {
            Assert.That(error!.Message, Does.Contain(said));
        }

        await host.StopAsync();
    }

    [Test]
    public void Two_backends_for_one_store_are_refused()
    {
        ObjectStoreBuilder builder = new ServiceCollection().AddBleepStore().UseInMemory();

        Assert.Throws<InvalidOperationException>(() => Use(builder, static _ => { }));
    }

    [Test]
    public void By_hand_options_are_checked_too() => Assert.Throws<ArgumentException>(() => Create(new TOptions()));

    protected abstract ObjectStoreBuilder Use(ObjectStoreBuilder builder, Action<TOptions> configure);

    protected abstract ObjectStoreBuilder Use(ObjectStoreBuilder builder, IConfiguration configuration);

    protected abstract ObjectStore Create(TOptions options);

    protected abstract void MakeMistake(TOptions options);

    private async Task<OptionsValidationException> FailToStartAsync((string Name, string Value) setting)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        Use(builder.Services.AddBleepStore("media"), TestConfiguration.Of(($"Store:{setting.Name}", setting.Value)).GetSection("Store"));
        using IHost host = builder.Build();

        return (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync()))!;
    }

    protected static ServiceProvider Services(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        return services.BuildServiceProvider();
    }
}
