using System.Reflection;
using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Tests.Registration;

public class RegistrationTests
{
    private readonly ServiceCollection _services = new();

    [Test]
    public async Task The_unnamed_store_is_injected_as_a_singleton()
    {
        _services.AddBleepStore().UseInMemory();
        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredService<ObjectStore>();
        Assert.That(store.Name, Is.Empty);
        Assert.That(provider.GetRequiredService<ObjectStore>(), Is.SameAs(store));
        await store.CreateBucketAsync("bucket");
        Assert.That(await store.BucketExistsAsync("bucket"), Is.True);
    }

    [Test]
    public async Task Named_stores_are_keyed_and_apart()
    {
        _services.AddBleepStore().UseInMemory();
        _services.AddBleepStore("media").UseInMemory();
        _services.AddBleepStore("Media").UseInMemory();
        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore media = provider.GetRequiredKeyedService<ObjectStore>("media");
        await media.CreateBucketAsync("bucket");
        Assert.That(media.Name, Is.EqualTo("media"));
        Assert.That(await provider.GetRequiredService<ObjectStore>().BucketExistsAsync("bucket"), Is.False);
        Assert.That(await provider.GetRequiredKeyedService<ObjectStore>("Media").BucketExistsAsync("bucket"), Is.False);
    }

    [Test]
    public async Task A_named_store_tells_its_name_in_errors()
    {
        _services.AddBleepStore("media").UseInMemory();
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Bucket bucket = provider.GetRequiredKeyedService<ObjectStore>("media").GetBucket("missing");
        StorageException error = await Catch.CodeAsync(StorageErrorCode.NoSuchBucket, () => bucket.HeadAsync("k"));
        Assert.That(
            (error.Store, error.Provider, error.Operation, error.Bucket, error.Key),
            Is.EqualTo(("media", "memory", "Head", "missing", "k")));
    }

    [Test]
    public async Task Options_are_bound_from_configuration()
    {
        IConfiguration configuration = TestConfiguration.Of(("Capacity", "3"), ("ReadRetries", "7"));
        _services.AddBleepStore("media").Configure(configuration).UseInMemory(configuration);
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Bucket bucket = await provider.GetRequiredKeyedService<ObjectStore>("media").CreateBucketAsync("bucket");
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("k", new byte[4]));
        Assert.That(provider.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().Get("media").ReadRetries, Is.EqualTo(7));
    }

    [Test]
    public async Task Options_of_the_code_and_of_the_configuration_add_up()
    {
        _services.AddBleepStore().UseInMemory(options => options.Capacity = 3).Configure(options => options.ReadRetries = 2);
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Bucket bucket = await provider.GetRequiredService<ObjectStore>().CreateBucketAsync("bucket");
        await bucket.PutAsync("k", new byte[3]);
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("k", new byte[4]));
        Assert.That(provider.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().CurrentValue.ReadRetries, Is.EqualTo(2));
    }

    [Test]
    public async Task Every_setting_of_a_store_can_come_from_configuration()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("Backend", "inmemory"),
            ("PartSize", "6000000"),
            ("MultipartThreshold", "7000000"),
            ("MaxConcurrency", "7"),
            ("MaxBufferedParts", "3"),
            ("TransferBudgetBytes", "64000000"),
            ("MinimumPartSize", "6"),
            ("ReadRetries", "5"),
            ("UpstreamRetries", "3"),
            ("IdleTimeout", "00:00:07"),
            ("AnswerTimeout", "00:00:08"),
            ("ServerWorkTimeout", "00:00:09"),
            ("Links:BaseUrl", "https://app.example/links"),
            ("Links:Key", Convert.ToBase64String(new byte[32])));
        await using ServiceProvider provider = new ServiceCollection().AddBleepStore().WithCompression()
            .UseConfiguration(configuration, static choices => choices.InMemory()).Services.BuildServiceProvider();
        var before = new ObjectStoreOptions();

        Assert.That(provider.GetRequiredService<ObjectStore>().Capabilities.SupportsPresign, Is.True, "links");
        ObjectStoreOptions options = provider.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().CurrentValue;
        TransferBudget budget = options.UsedBudget;
        Assert.That(budget.Bytes, Is.EqualTo(64_000_000));
        Assert.That(options.UsedBudget, Is.SameAs(budget), "the decorators of the store share it");
        foreach (PropertyInfo property in typeof(ObjectStoreOptions).GetProperties()
            .Where(static one => one.Name != nameof(ObjectStoreOptions.TransferBudget)))
        {
            Assert.That(property.GetValue(options), Is.Not.EqualTo(property.GetValue(before)), property.Name);
        }
    }

    [Test]
    public void A_budget_that_is_too_small_names_the_option()
    {
        using ServiceProvider provider = new ServiceCollection().AddBleepStore().UseInMemory()
            .Configure(static options => options.TransferBudgetBytes = 1000).Services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<ObjectStore>(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("TransferBudgetBytes is 1000 bytes"));
    }

    [Test]
    public async Task Configuration_picks_the_backend([Values("InMemory", "inmemory", "Memory")] string name)
    {
        IConfiguration configuration = TestConfiguration.Of(("Backend", name), ("Capacity", "3"), ("MaxConcurrency", "9"));
        _services.AddBleepStore().UseConfiguration(configuration, static choices => choices.InMemory());
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Bucket bucket = await provider.GetRequiredService<ObjectStore>().CreateBucketAsync("bucket");
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("k", new byte[4]));
        Assert.That(provider.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().CurrentValue.MaxConcurrency, Is.EqualTo(9));
    }

    [Test]
    public async Task Configuration_without_a_backend_fails_when_the_store_is_made_and_says_where_and_what_there_is()
    {
        IConfiguration configuration = TestConfiguration.Of(("Media:ReadRetries", "2"));
        _services.AddBleepStore("media").UseConfiguration(configuration.GetSection("Media"), static choices => choices.InMemory());
        await using ServiceProvider provider = _services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The store 'media': 'Media:Backend' in the configuration is missing. Set it to one of: inmemory."));
    }

    [Test]
    public void Configuration_without_a_backend_stops_the_host_which_names_the_setting_that_was_meant()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        IConfiguration configuration = TestConfiguration.Of(("Media:Backnd", "memory"));
        builder.Services.AddBleepStore().UseConfiguration(configuration.GetSection("Media"), static choices => choices.InMemory());
        using IHost host = builder.Build();

        Assert.That(
            async () => await host.StartAsync(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'Media:Backend' in the configuration is missing").And.Message
                .Contains("'Media:Backnd' in the configuration is an unknown setting. Did you mean 'Backend'?"));
    }

    [Test]
    public async Task Configuration_that_asks_for_an_unknown_backend_is_refused_and_says_what_there_is()
    {
        IConfiguration configuration = TestConfiguration.Of(("Backend", "floppy"));
        _services.AddBleepStore("media")
            .UseConfiguration(configuration, static choices => choices.InMemory().Add("other", static (_, _) => { }));
        await using ServiceProvider provider = _services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.InvalidOperationException.With.Message.Contains("media").And.Message.Contains("floppy").And.Message.Contains(
                "memory, other"));
    }

    [Test]
    public void A_backend_offered_twice_is_refused()
    {
        IConfiguration configuration = TestConfiguration.Of(("Backend", "memory"));
        Assert.That(
            () => _services.AddBleepStore()
                .UseConfiguration(configuration, static choices => choices.InMemory().Add("MEMORY", static (_, _) => { })),
            Throws.ArgumentException);
    }

    [Test]
    public void The_same_name_twice_throws()
    {
        _services.AddBleepStore();
        _services.AddBleepStore("media");
        Assert.That(() => _services.AddBleepStore(), Throws.InvalidOperationException);
        Assert.That(() => _services.AddBleepStore("media"), Throws.InvalidOperationException.With.Message.Contains("media"));
        Assert.That(() => _services.AddBleepStore(""), Throws.ArgumentException);
    }

    [Test]
    public void Two_backends_on_one_store_throw()
    {
        ObjectStoreBuilder builder = _services.AddBleepStore("media").UseInMemory();
        Assert.That(() => builder.UseInMemory(), Throws.InvalidOperationException.With.Message.Contains("media"));
        IConfiguration configuration = TestConfiguration.Of(("Backend", "memory"));
        Assert.That(() => builder.UseConfiguration(configuration, static choices => choices.InMemory()), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_store_without_a_backend_fails_when_it_is_resolved_naming_the_store()
    {
        _services.AddBleepStore("media");
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Assert.That(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("media").And.Message.Contains("no backend"));
    }

    [Test]
    public async Task A_store_without_a_backend_fails_at_start() => await RequireStartFailureAsync(
        static services => services.AddBleepStore(), "The unnamed store", "no backend");

    [Test]
    public async Task An_option_out_of_its_range_fails_at_start_naming_store_and_option() => await RequireStartFailureAsync(
        static services =>
            services.AddBleepStore("media").UseInMemory().Configure(static options => options.PartSize = 1), "media", "PartSize");

    [Test]
    public async Task A_backends_option_out_of_its_range_fails_at_start_naming_store_and_option([Values("", "media")] string name) =>
        await RequireStartFailureAsync(
        services => (name.Length == 0 ? services.AddBleepStore() : services.AddBleepStore(name))
            .UseInMemory(static options => options.Capacity = -1),
        name.Length == 0 ? "The unnamed store" : "The store 'media'",
        "Capacity");

    [Test]
    public async Task Every_store_is_told_once_what_is_wrong_with_it_alone()
    {
        OptionsValidationException error = await RequireStartFailureAsync(
            static services =>
            {
                services.AddBleepStore("good").UseInMemory();
                services.AddBleepStore("bad").UseInMemory(static options => options.Capacity = -1);
            },
            "bad",
            "Capacity");
        Assert.That(error.Failures.Count(), Is.EqualTo(1));
        Assert.That(error.Message, Does.Not.Contain("good"));
    }

    [Test]
    public async Task An_invalid_option_fails_when_the_store_is_resolved_too()
    {
        _services.AddBleepStore("media").UseInMemory(static options => options.Capacity = -1);
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Assert.That(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("media").And.Message.Contains("Capacity"));
    }

    [Test]
    public async Task A_good_configuration_starts()
    {
        using IHost host = Build(static services => services.AddBleepStore().UseInMemory());
        await host.StartAsync();
        Assert.That(host.Services.GetRequiredService<ObjectStore>(), Is.Not.Null);
        await host.StopAsync();
    }

    [Test]
    public async Task The_clock_and_the_logger_of_the_application_are_used()
    {
        var time = new ManualTime();
        using var logger = new TestLogger();
        _services.AddSingleton<TimeProvider>(time);
        _services.AddSingleton<ILoggerFactory>(logger);
        _services.AddBleepStore().UseInMemory();
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Bucket bucket = await provider.GetRequiredService<ObjectStore>().CreateBucketAsync("bucket");
        Assert.That((await bucket.PutAsync("k", new byte[1])).LastModified, Is.EqualTo(time.GetUtcNow()));
        Assert.That(logger.Lines, Is.Not.Empty);
    }

    [Test]
    public async Task Disposing_the_container_disposes_store_and_backend_either_way([Values] bool sync, [Values("", "media")] string name)
    {
        var backend = new Disposable();
        Use(name, backend);
        ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = name.Length == 0
            ? provider.GetRequiredService<ObjectStore>()
            : provider.GetRequiredKeyedService<ObjectStore>(name);
        if (sync)
        {
            provider.Dispose();
        }
        else
        {
            await provider.DisposeAsync();
        }

        Assert.That(backend.Times, Is.EqualTo(1));
        await Catch.AsyncAs<ObjectDisposedException>(() => store.BucketExistsAsync("bucket"));
    }

    [Test]
    public async Task What_the_application_registered_itself_stays_the_applications()
    {
        var client = new GivenClient();
        _services.AddSingleton(client);
        _services.AddBleepStore().UseBackend<InMemoryBackendOptions>(
            static (services, _) => new Disposable { Client = services.GetRequiredService<GivenClient>() });
        await using (ServiceProvider provider = _services.BuildServiceProvider())
        {
            Assert.That(provider.GetRequiredService<ObjectStore>().GetService<GivenClient>(), Is.SameAs(client));
        }

        Assert.That(client.Times, Is.Zero, "neither the store nor, for a given instance, the container");
    }

    [Test]
    public async Task A_backend_is_disposed_when_no_store_can_be_made_of_it()
    {
        var backend = new Disposable { Can = new StorageCapabilities { MinimumPartSize = 100 } };
        Use("", backend).Configure(static options => options.MinimumPartSize = 99);
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Assert.That(() => provider.GetRequiredService<ObjectStore>(), Throws.ArgumentException.With.Message.Contains("MinimumPartSize"));
        Assert.That(backend.Times, Is.EqualTo(1));
    }

    [Test]
    public void The_builder_tells_what_it_registers()
    {
        ObjectStoreBuilder builder = _services.AddBleepStore("media");
        Assert.That(builder.Name, Is.EqualTo("media"));
        Assert.That(builder.Services, Is.SameAs(_services));
    }

    private ObjectStoreBuilder Use(string name, StorageBackend backend)
    {
        ObjectStoreBuilder builder = name.Length == 0 ? _services.AddBleepStore() : _services.AddBleepStore(name);
        builder.UseBackend<InMemoryBackendOptions>((_, _) => backend);
        return builder;
    }

    private static async Task<OptionsValidationException> RequireStartFailureAsync(
        Action<IServiceCollection> configure, params string[] said)
    {
        using IHost host = Build(configure);
        OptionsValidationException error = await Catch.AsyncAs<OptionsValidationException>(() => host.StartAsync());
        foreach (string text in said)
        {
            Assert.That(error.Message, Does.Contain(text));
        }

        return error;
    }

    private static IHost Build(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class GivenClient : IDisposable
    {
        public int Times { get; private set; }

        public void Dispose() => Times++;
    }

    private sealed class Disposable() : DelegatingBackend(new InMemoryBackend(new InMemoryBackendOptions(), null))
    {
        private bool _disposed;

        public int Times { get; private set; }

        public object? Client { get; init; }

        public StorageCapabilities Can { get; init; } = new();

        public override StorageCapabilities Capabilities => Can;

        public override object? GetService(Type serviceType) =>
            serviceType.IsInstanceOfType(Client) ? Client : base.GetService(serviceType);

        protected override void Dispose(bool disposing)
        {
            if (!_disposed)
            {
                _disposed = true;
                Times++;
            }

            base.Dispose(disposing);
        }
    }
}
