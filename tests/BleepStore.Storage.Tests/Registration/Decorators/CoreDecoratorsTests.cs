using System.IO.Compression;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators;
using BleepStore.Storage.Decorators.Compression;
using BleepStore.Storage.Decorators.Concurrency;
using BleepStore.Storage.Decorators.Prefix;
using BleepStore.Storage.Decorators.Timeouts;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Tests.Registration.Decorators;

public class CoreDecoratorsTests
{
    private readonly ServiceCollection _services = new();

    [Test]
    public async Task All_decorators_together_store_and_read_an_object()
    {
        _services.AddBleepStore("media")
            .WithTimeout(TimeSpan.FromSeconds(30))
            .WithConcurrencyLimit(2)
            .WithPrefix("tenant/")
            .WithCompression()
            .UseInMemory();
        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredKeyedService<ObjectStore>("media");
        Bucket bucket = await store.CreateBucketAsync("bucket");
        string text = new('a', 5000);

        await bucket.PutTextAsync("k", text);

        Assert.That(await bucket.GetTextAsync("k"), Is.EqualTo(text));
        StorageBackend compressed = store.GetService<CompressionBackend>()!;
        Assert.That(
            (await compressed.HeadAsync(new HeadRequest { Bucket = "bucket", Key = "tenant/k" }, CancellationToken.None)).Properties.Size,
            Is.EqualTo(5000));
        Assert.That((await bucket.ListAsync().SingleAsync()).Size, Is.LessThan(100));
        Assert.That(
            new StorageBackend?[]
            {
                store.GetService<TimeoutBackend>(), store.GetService<ConcurrencyLimitBackend>(), store.GetService<PrefixBackend>(),
            },
            Has.None.Null);
    }

    [Test]
    public async Task A_read_only_store_shows_what_another_store_wrote()
    {
        await using ObjectStore memory = InMemoryStore.Create();
        await (await memory.CreateBucketAsync("bucket")).PutTextAsync("k", "text");
        _services.AddBleepStore().WithReadOnly().UseBackend<InMemoryBackendOptions>((_, _) => memory.GetService<StorageBackend>()!);
        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredService<ObjectStore>();

        Assert.That(await store.GetBucket("bucket").GetTextAsync("k"), Is.EqualTo("text"));
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => store.GetBucket("bucket").PutTextAsync("k", "other"));
        Assert.That(store.GetService<ReadOnlyBackend>(), Is.Not.Null);
    }

    [Test]
    public async Task The_clock_is_the_one_that_is_registered()
    {
        var time = new ManualTime();
        var stored = new ScriptedBackend
        {
            Head = static async (_, token) =>
            {
                await Until.CancelledAsync(token);
                throw new InvalidOperationException();
            },
        };
        _services.AddSingleton<TimeProvider>(time);
        _services.AddBleepStore().UseInMemory().WithTimeout(TimeSpan.FromHours(1)).Decorate((_, inner) =>
        {
            inner.Dispose();
            return stored;
        });
        await using ServiceProvider provider = _services.BuildServiceProvider();
        Task head = provider.GetRequiredService<ObjectStore>().GetBucket(Stores.Bucket).HeadAsync("k");

        time.Advance(TimeSpan.FromHours(1));

        await Catch.CodeAsync(StorageErrorCode.RequestTimeout, () => head);
    }

    [Test]
    public void A_prefix_that_can_begin_no_key_is_refused()
    {
        ObjectStoreBuilder builder = _services.AddBleepStore();

        Assert.That(() => builder.WithPrefix(""), Throws.ArgumentException);
        Assert.That(() => builder.WithPrefix("a\ud800/"), Throws.ArgumentException.With.Message.Contains("surrogate"));
    }

    [Test]
    public void A_prefix_has_at_most_512_bytes()
    {
        ObjectStoreBuilder builder = _services.AddBleepStore();

        Assert.That(
            () => builder.WithPrefix(new string('ä', 257)),
            Throws.ArgumentException.With.Message.Contains("514").And.Message.Contains("512"));
        Assert.That(() => builder.WithPrefix(new string('ä', 256)), Throws.Nothing);
    }

    [Test]
    public void A_limit_and_a_time_out_of_range_are_refused()
    {
        ObjectStoreBuilder builder = _services.AddBleepStore();

        Assert.That(() => builder.WithConcurrencyLimit(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => builder.WithTimeout(TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => builder.WithTimeout(Timeout.InfiniteTimeSpan), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => builder.WithTimeout(TimeSpan.FromDays(25)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Options_of_compression_come_from_configuration()
    {
        IConfiguration section = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Method"] = "Gzip", ["Level"] = "Fastest", ["MinimumSize"] = "10" })
            .Build();
        _services.AddBleepStore("media").UseInMemory().WithCompression(section);
        await using ServiceProvider provider = _services.BuildServiceProvider();

        CompressionOptions options = provider.GetRequiredService<IOptionsMonitor<CompressionOptions>>().Get("media");

        Assert.That(
            (options.Method, options.Level, options.MinimumSize), Is.EqualTo((CompressionMethod.Gzip, CompressionLevel.Fastest, 10L)));
    }

    [Test]
    public async Task A_value_that_is_no_value_of_a_decorators_option_stops_the_start_and_names_the_store()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        IConfiguration section = TestConfiguration.Of(("Compression:MinimumSize", "many")).GetSection("Compression");
        builder.Services.AddBleepStore("media").UseInMemory().WithCompression(section);
        using IHost host = builder.Build();

        OptionsValidationException error = await Catch.AsyncAs<OptionsValidationException>(() => host.StartAsync());

        Assert.That(
            error.Failures.Single(), Does.StartWith("The store 'media': ").And.Contain("Compression:MinimumSize").And.Contain("many"));
    }

    [Test]
    public void A_decorator_that_has_options_is_added_once()
    {
        ObjectStoreBuilder builder = _services.AddBleepStore("media").WithCompression();

        Assert.That(
            () => builder.WithCompression(), Throws.InvalidOperationException.With.Message.Contains("'media'").And.Message.Contains(
                "WithCompression"));
        Assert.That(() => _services.AddBleepStore().WithCompression(), Throws.Nothing);
    }

    [Test]
    public void Options_of_compression_that_make_no_sense_are_refused_and_the_store_is_named()
    {
        _services.AddBleepStore("media").UseInMemory().WithCompression(static options =>
        {
            options.Method = (CompressionMethod)9;
            options.Level = CompressionLevel.NoCompression;
            options.MinimumSize = -1;
        });
        using ServiceProvider provider = _services.BuildServiceProvider();

        OptionsValidationException? refused = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"));

        Assert.That(refused!.Failures.Count(), Is.EqualTo(3));
        Assert.That(refused.Failures, Has.All.StartsWith("The store 'media', compression: "));
        Assert.That(refused.Message, Does.Contain("Method is 9").And.Contain("Level is NoCompression").And.Contain("MinimumSize is -1"));
    }
}
