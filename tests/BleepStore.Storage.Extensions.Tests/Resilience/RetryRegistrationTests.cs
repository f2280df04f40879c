using BleepStore.Storage.Resilience;
using BleepStore.Storage.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Extensions.Tests.Resilience;

public sealed class RetryRegistrationTests
{
    [TestCase(null, 0)]
    [TestCase(5, 5)]
    public void The_retries_of_the_SDK_are_off_unless_the_application_sets_them(int? given, int expected)
    {
        var services = new ServiceCollection();
        ObjectStoreBuilder builder = services.AddBleepStore("media").UseInMemory().WithRetry();
        builder.Configure(options => options.UpstreamRetries = given);
        services.AddBleepStore("other").UseInMemory();
        using ServiceProvider provider = services.BuildServiceProvider();
        IOptionsMonitor<ObjectStoreOptions> options = provider.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>();

        Assert.That(options.Get("media").UpstreamRetries, Is.EqualTo(expected));
        Assert.That(options.Get("other").UpstreamRetries, Is.Null, "a store without retries keeps those of its SDK");
    }

    [Test]
    public void A_store_has_one_retry()
    {
        var services = new ServiceCollection();
        ObjectStoreBuilder builder = services.AddBleepStore("media").WithRetry();
        services.AddBleepStore("other").WithRetry();

        Assert.That(
            () => builder.WithRetry(),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The store 'media' already has WithRetry. Call WithRetry once for each store."));
    }

    [Test]
    public void Options_come_from_configuration()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("Retry:MaxAttempts", "7"), ("Retry:BaseDelay", "00:00:01"), ("Retry:RetryBudget", "9"));
        var services = new ServiceCollection();
        services.AddBleepStore().UseInMemory().WithRetry(configuration.GetSection("Retry"));
        using ServiceProvider provider = services.BuildServiceProvider();

        StorageRetryOptions options = provider.GetRequiredService<IOptionsMonitor<StorageRetryOptions>>().Get("");

        Assert.That((options.MaxAttempts, options.BaseDelay, options.RetryBudget), Is.EqualTo((7, TimeSpan.FromSeconds(1), 9)));
        Assert.That(provider.GetRequiredService<ObjectStore>(), Is.Not.Null);
    }

    [Test]
    public void A_misspelt_setting_is_an_error_that_names_the_nearest_one()
    {
        IConfiguration configuration = TestConfiguration.Of(("Retry:MaxAtempts", "7"));
        var services = new ServiceCollection();
        services.AddBleepStore().UseInMemory().WithRetry(configuration.GetSection("Retry"));
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<ObjectStore>(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Retry:MaxAtempts").And.Message.Contains("MaxAttempts"));
    }

    private static readonly Action<StorageRetryOptions>[] Wrong =
    [
        static options => options.MaxAttempts = 1,
        static options => options.BaseDelay = TimeSpan.FromSeconds(-1),
        static options => options.BaseDelay = options.MaxDelay + TimeSpan.FromTicks(1),
        static options => options.MaxDelay = TimeSpan.FromDays(2),
        static options => options.MaxDuration = TimeSpan.Zero,
        static options => options.RetryBudget = 0,
    ];

    [TestCaseSource(nameof(Wrong))]
    public void An_option_out_of_its_range_names_the_store_and_the_option(Action<StorageRetryOptions> change)
    {
        var services = new ServiceCollection();
        services.AddBleepStore("media").UseInMemory().WithRetry(change);
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("The store 'media', WithRetry: "));
    }
}
