using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Encryption;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Tests.Registration.Decorators;

public class EncryptionRegistrationTests
{
    private readonly ServiceCollection _services = new();

    [Test]
    public async Task A_store_encrypts_with_a_ring_that_is_given()
    {
        using KeyRing ring = Encrypted.Ring();
        _services.AddBleepStore().UseInMemory().WithEncryption(ring);
        await using ServiceProvider provider = _services.BuildServiceProvider();

        await AssertEncryptsAsync(provider.GetRequiredService<ObjectStore>(), "test");

        await provider.DisposeAsync();
        using DataKey still = await ring.GetCurrentKeyAsync();
        Assert.That(still.KeyId, Is.EqualTo("test"), "the ring is the caller's to dispose");
    }

    [Test]
    public async Task A_store_encrypts_with_a_ring_of_the_services()
    {
        _services.AddSingleton<IKeyRing>(Encrypted.Ring());
        _services.AddBleepStore("media").UseInMemory().WithEncryption(static services => services.GetRequiredService<IKeyRing>());
        await using ServiceProvider provider = _services.BuildServiceProvider();

        await AssertEncryptsAsync(provider.GetRequiredKeyedService<ObjectStore>("media"), "test");
    }

    [Test]
    public async Task A_store_encrypts_with_keys_of_the_configuration()
    {
        _services.AddBleepStore().UseInMemory().WithEncryption(Configuration(
            ("CurrentKeyId", "2026"),
            ("Keys:2025", Convert.ToBase64String(Bytes.Of(32, 1))),
            ("Keys:2026", Convert.ToBase64String(Bytes.Of(32, 2)))));
        await using ServiceProvider provider = _services.BuildServiceProvider();

        await AssertEncryptsAsync(provider.GetRequiredService<ObjectStore>(), "2026");
    }

    [TestCase("CurrentKeyId", "other", "Keys")]
    [TestCase("CurrentKeyId", null, "CurrentKeyId")]
    [TestCase("Keys:2026", "short secret", "2026")]
    [TestCase("PlaintextObjects", "7", "PlaintextObjects")]
    public async Task A_fault_names_the_store_and_the_option_and_shows_no_key(string option, string? value, string named)
    {
        var settings = new Dictionary<string, string?> { ["CurrentKeyId"] = "2026", ["Keys:2026"] = Convert.ToBase64String(Bytes.Of(32)) };
        settings[option] = value;
        _services.AddBleepStore("media").UseInMemory().WithEncryption(
            Configuration([.. settings.Where(static entry => entry.Value is not null).Select(static entry => (entry.Key, entry.Value!))]));
        await using ServiceProvider provider = _services.BuildServiceProvider();

        OptionsValidationException error = await Catch.AsyncAs<OptionsValidationException>(() =>
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return Task.CompletedTask;
        });

        Assert.That(error.Message, Does.Contain("The store 'media', encryption").And.Contain(named));
        Assert.That(error.Message, Does.Not.Contain("secret").And.Not.Contain(Convert.ToBase64String(Bytes.Of(32))));
    }

    [Test]
    public async Task The_option_for_plaintext_objects_is_heeded()
    {
        StorageBackendProbe probe = new();
        _services.AddBleepStore()
            .UseInMemory()
            .WithEncryption(Encrypted.Ring(), static options => options.PlaintextObjects = PlaintextObjects.PassThrough)
            .Decorate((_, inner) => probe.Of(inner));
        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredService<ObjectStore>();
        Bucket bucket = await store.CreateBucketAsync(Stores.Bucket);

        await Encrypted.PlantAsync(probe.Inner!, "plain", [1, 2, 3]);

        Assert.That(await Encrypted.ReadAsync(bucket, "plain"), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void What_is_missing_is_refused_at_once()
    {
        ObjectStoreBuilder builder = _services.AddBleepStore().UseInMemory();

        Assert.That(() => builder.WithEncryption((IKeyRing)null!), Throws.ArgumentNullException);
        Assert.That(() => builder.WithEncryption((Func<IServiceProvider, IKeyRing>)null!), Throws.ArgumentNullException);
        Assert.That(() => builder.WithEncryption((IConfiguration)null!), Throws.ArgumentNullException);
        Assert.That(() => ((ObjectStoreBuilder)null!).WithEncryption(Encrypted.Ring()), Throws.ArgumentNullException);
    }

    private static async Task AssertEncryptsAsync(ObjectStore store, string keyId)
    {
        Bucket bucket = await store.CreateBucketAsync("bucket");
        byte[] plain = Bytes.Of(1000);
        await bucket.PutAsync("k", plain);
        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
        Assert.That(store.Capabilities.TransformsBytes, Is.True);
        byte[] stored = await Encrypted.StoredAsync(store.GetService<InMemoryBackend>()!, "k");
        Assert.That(ObjectHeader.Parse(stored)!.KeyId, Is.EqualTo(keyId));
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(static setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)))
        .Build();

    /// <summary>Keeps what is beneath the encryption.</summary>
    private sealed class StorageBackendProbe
    {
        public StorageBackend? Inner { get; private set; }

        public StorageBackend Of(StorageBackend inner) => Inner = inner;
    }
}
