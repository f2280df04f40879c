using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Tests.Registration;

/// <summary>Names in the configuration of a store that no options have.</summary>
public class SettingNamesTests
{
    [TestCase("PartSiez", "PartSize")]
    [TestCase("partsize1", "PartSize")]
    [TestCase("MaxConcurency", "MaxConcurrency")]
    [TestCase("Capasity", "Capacity")]
    [TestCase("Bakend2", "Backend")]
    public void A_slip_is_told_with_what_is_meant(string misspelt, string meant)
    {
        OptionsValidationException error = Fail(("Backend", "memory"), (misspelt, "1"));

        Assert.That(error.Failures, Is.EqualTo(
            new[] { $"The unnamed store: 'Store:{misspelt}' in the configuration is an unknown setting. Did you mean '{meant}'?" }));
    }

    [Test]
    public void A_slip_in_a_section_of_a_section_is_told()
    {
        OptionsValidationException error = Fail(("Backend", "memory"), ("Links:BaseURI", "https://example.com"));

        Assert.That(error.Message, Does.Contain("'Store:Links:BaseURI'").And.Contain("'BaseUrl'"));
    }

    [Test]
    public void What_is_like_no_setting_is_told_with_all_there_are()
    {
        OptionsValidationException error = Fail(("Backend", "memory"), ("Wallpaper", "blue"));

        Assert.That(error.Message, Does.Contain("'Store:Wallpaper'").And.Contain("Settings are: AnswerTimeout, Backend, Capacity, "));
    }

    [Test]
    public void What_only_code_can_set_is_no_setting()
    {
        OptionsValidationException error = Fail(("Backend", "memory"), ("Links:SignerFactory", "x"));

        Assert.That(error.Message, Does.Contain("SignerFactory"));
    }

    [TestCase("TransferBudget")]
    [TestCase("transferbudget:Bytes")]
    public void A_budget_is_set_by_its_bytes(string name)
    {
        OptionsValidationException error = Fail(("Backend", "memory"), (name, "64000000"));

        Assert.That(error.Message, Does.Contain("TransferBudgetBytes to a number of bytes"));
    }

    [Test]
    public void Settings_of_the_store_in_the_section_of_a_backend_alone_are_told_how_to_bind()
    {
        IConfiguration configuration = TestConfiguration.Of(("Store:Capacity", "3"), ("Store:ReadRetries", "2"));
        using ServiceProvider provider = new ServiceCollection()
            .AddBleepStore()
            .UseInMemory(configuration.GetSection("Store")).Services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<ObjectStore>(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("ReadRetries").And.Message.Contains("UseConfiguration"));
    }

    [Test]
    public async Task Names_are_compared_without_regard_to_case_and_sections_of_others_are_let_be()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("Store:backend", "MEMORY"), ("Store:CAPACITY", "3"), ("Store:links:baseurl", ""), ("Storage", "x"));
        await using ServiceProvider provider = new ServiceCollection().AddBleepStore()
            .UseConfiguration(configuration.GetSection("Store"), static choices => choices.InMemory()).Services.BuildServiceProvider();

        Bucket bucket = await provider.GetRequiredService<ObjectStore>().CreateBucketAsync("bucket");
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("k", new byte[4]));
    }

    [Test]
    public void The_root_of_a_configuration_has_settings_of_others()
    {
        IConfiguration configuration = TestConfiguration.Of(("Capacity", "3"), ("PATH", "/bin"));
        using ServiceProvider provider = new ServiceCollection().AddBleepStore().UseInMemory(configuration).Services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ObjectStore>(), Throws.Nothing);
    }

    [Test]
    public async Task Options_of_decorators_can_have_a_section_inside()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("Store:Backend", "memory"), ("Store:Retry:Attempts", "3"), ("Store:Retry:Atempts", "4"));
        IConfigurationSection section = configuration.GetSection("Store");
        await using ServiceProvider provider = new ServiceCollection().AddBleepStore()
            .UseConfiguration(section, static choices => choices.InMemory())
            .ExpectSettings<RetryLike>(section.GetSection("Retry"))
            .Services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<ObjectStore>(),
            Throws.TypeOf<OptionsValidationException>().With.Property(nameof(OptionsValidationException.Failures)).EquivalentTo(
                new[] { "The unnamed store: 'Store:Retry:Atempts' in the configuration is an unknown setting. Did you mean 'Attempts'?" }));
    }

    [Test]
    public void Two_configurations_with_a_section_of_the_same_name_are_both_looked_at()
    {
        IConfigurationSection first = TestConfiguration.Of(("Store:Capacity", "3")).GetSection("Store");
        IConfigurationSection second = TestConfiguration.Of(("Store:ReadRetrys", "3")).GetSection("Store");
        using ServiceProvider provider = new ServiceCollection()
            .AddBleepStore()
            .UseInMemory(first)
            .Configure(second).Services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<ObjectStore>(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'ReadRetries'"));
    }

    /// <summary>An environment variable can choose another backend than the file with the settings.</summary>
    [Test]
    public void The_settings_of_another_backend_that_is_offered_are_no_slips()
    {
        OptionsValidationException error = Fail(
            static choices => choices.InMemory()
                .Local()
                .Azure(), ("Backend", "memory"), ("RootPath", "data"), ("AccountName", "media"), ("RotPath", "x"));

        Assert.That(error.Failures.Single(), Does.Contain("'Store:RotPath'").And.Contain("'RootPath'"));
    }

    [Test]
    public void The_settings_of_a_backend_that_does_not_tell_them_are_not_looked_at()
    {
        IConfiguration configuration = TestConfiguration.Of(("Store:Backend", "memory"), ("Store:Anything", "1"));
        using ServiceProvider provider = new ServiceCollection().AddBleepStore()
            .UseConfiguration(configuration.GetSection("Store"), static choices => choices.InMemory().Add("other", static (_, _) => { }))
            .Services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ObjectStore>(), Throws.Nothing);
    }

    [Test]
    public void A_number_that_is_none_names_store_and_setting()
    {
        IConfiguration configuration = TestConfiguration.Of(("Store:Backend", "memory"), ("Store:PartSize", "8MB"));
        using ServiceProvider provider = new ServiceCollection().AddBleepStore("media")
            .UseConfiguration(configuration.GetSection("Store"), static choices => choices.InMemory()).Services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.InvalidOperationException.With.Message.Contains("The store 'media': ").And.Message.Contains(
                "Store:PartSize").And.Message.Contains("8MB"));
    }

    private static OptionsValidationException Fail(params (string Name, string Value)[] settings) =>
        Fail(static choices => choices.InMemory(), settings);

    private static OptionsValidationException Fail(Action<BackendChoices> offer, params (string Name, string Value)[] settings)
    {
        IConfiguration configuration = TestConfiguration.Of(
            [.. settings.Select(static setting => ($"Store:{setting.Name}", setting.Value))]);
        using ServiceProvider provider = new ServiceCollection().AddBleepStore()
            .UseConfiguration(configuration.GetSection("Store"), offer).Services.BuildServiceProvider();
        return Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ObjectStore>())!;
    }

    private sealed class RetryLike
    {
        public int Attempts { get; set; }
    }
}
