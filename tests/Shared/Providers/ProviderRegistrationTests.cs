using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>The checks that the registration of every provider makes. Each provider inherits this and gives its options.</summary>
public abstract class ProviderRegistrationTests<TOptions>
    where TOptions : class, new()
{
    /// <summary>What the error about <see cref="MakeMistake"/> must say, beside the name of the store.</summary>
    protected abstract string[] Mistake { get; }

    [Test]
    public async Task Mistakes_stop_the_start_and_name_store_and_option()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        Use(builder.Services.AddBleepStore("media"), MakeMistake);
        using IHost host = builder.Build();

        OptionsValidationException? error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(Mistake, Is.Not.Empty);
        foreach (string said in Mistake.Prepend("Store 'media'"))
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

    protected abstract ObjectStore Create(TOptions options);

    protected abstract void MakeMistake(TOptions options);

    protected static ServiceProvider Services(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        return services.BuildServiceProvider();
    }
}
