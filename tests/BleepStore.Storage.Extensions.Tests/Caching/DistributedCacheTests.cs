using System.Collections.Concurrent;
using BleepStore.Storage.Caching;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Extensions.Tests.Caching;

public sealed class DistributedCacheTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200).Select(static at => (byte)at)];

    private readonly TestDistributedCache _distributed = new();
    private FaultyBackend _backend = null!;

    [SetUp]
    public async Task Start() => _backend = await new FaultyBackend().WithBucketAsync();

    [TearDown]
    public async Task Stop() => await _backend.DisposeAsync();

    [Test]
    public async Task Nothing_leaves_the_process_unless_it_is_asked_for()
    {
        await using Registered cached = Over(static _ => { });
        await cached.Bucket.PutAsync("key", Content);
        await ReadAsync(cached);

        Assert.That(_distributed.Entries, Is.Empty);
    }

    [Test]
    public async Task Another_process_finds_the_bytes_and_still_asks_for_the_revision()
    {
        await using Registered first = Over(static options => options.UseDistributedCache = true);
        await first.Bucket.PutAsync("key", Content);
        await ReadAsync(first);
        await Until.TrueAsync(() => !_distributed.Entries.IsEmpty);
        await using Registered second = Over(static options => options.UseDistributedCache = true);

        Assert.That(await ReadAsync(second), Is.EqualTo(Content));

        Assert.That((_backend.Count("Head"), _backend.Count("Get")), Is.EqualTo((2, 1)));
        Assert.That(_distributed.Entries.Keys, Has.None.Contains("key\0").And.All.StartsWith("bleepstore:body:"), "keys are hashed");
    }

    [TestCase("empty")]
    [TestCase("garbage")]
    [TestCase("cut")]
    [TestCase("flags")]
    [TestCase("down")]
    [TestCase("down at once")]
    [TestCase("timeout")]
    public async Task An_entry_that_is_not_ours_is_not_served(string damage)
    {
        await using Registered first = Over(static options => options.UseDistributedCache = true);
        await first.Bucket.PutAsync("key", Content);
        await ReadAsync(first);
        await Until.TrueAsync(() => !_distributed.Entries.IsEmpty);
        string name = _distributed.Entries.Keys.Single();
        byte[] entry = _distributed.Entries[name];
        _distributed.Entries[name] = damage switch
        {
            "empty" => [],
            "garbage" => [.. Enumerable.Repeat((byte)255, entry.Length)],
            "cut" => entry[..^50],
            "flags" => WithOtherFlags(entry),
            _ => entry,
        };
        _distributed.Failing = damage switch
        {
            "down" => static () => Task.FromException<byte[]?>(new IOException("The cache is down.")),
            "down at once" => static () => throw new InvalidOperationException("The cache is closed."),
            "timeout" => static () => Task.FromException<byte[]?>(new TaskCanceledException("The cache did not answer.")),
            _ => null,
        };
        await using Registered second = Over(static options => options.UseDistributedCache = true);

        Assert.That(await ReadAsync(second), Is.EqualTo(Content));
    }

    [Test]
    public void A_distributed_cache_that_is_not_registered_is_a_clear_error()
    {
        var services = new ServiceCollection();
        services.AddBleepStore().UseInMemory().WithCache(static options => options.UseDistributedCache = true);
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<ObjectStore>(),
            Throws.InvalidOperationException.With.Message.Contains("UseDistributedCache").And.Message.Contains("IDistributedCache"));
    }

    [Test]
    public void An_option_out_of_its_range_names_the_store_and_the_option()
    {
        var services = new ServiceCollection();
        services.AddBleepStore("media").UseInMemory().WithCache(static options =>
        {
            options.MaxObjectSize = -1;
            options.MemoryLimit = 5;
            options.Expiration = TimeSpan.Zero;
            options.MaxStaleness = TimeSpan.FromTicks(-1);
        });
        using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException error =
            Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<ObjectStore>("media"))!;

        Assert.That(error.Failures, Has.Exactly(4).StartsWith("The store 'media', WithCache: "));
    }

    /// <summary>The entry as another version could have written it, valid for HybridCache and unknown to this library.</summary>
    private static byte[] WithOtherFlags(byte[] entry)
    {
        byte[] other = [.. entry];
        other[entry.AsSpan().IndexOf(Content) - 1] = 200;
        return other;
    }

    private Registered Over(Action<StorageCacheOptions> configure) => new(
        new UnownedBackend(_backend),
        builder => builder.WithCache(configure),
        add: services => services.AddSingleton<IDistributedCache>(_distributed));

    private static async Task<byte[]> ReadAsync(Registered cached)
    {
        await using ObjectReader reader = await cached.Bucket.GetAsync("key");
        return await reader.ReadAllAsync();
    }

    private sealed class TestDistributedCache : IDistributedCache
    {
        public ConcurrentDictionary<string, byte[]> Entries { get; } = new(StringComparer.Ordinal);

        /// <summary>How reads and writes fail; <see langword="null"/> when they do not.</summary>
        public Func<Task<byte[]?>>? Failing { get; set; }

        public byte[]? Get(string key) => throw new NotSupportedException("A blocking call.");

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
            Failing?.Invoke() ?? Task.FromResult(Entries.GetValueOrDefault(key));

        public void Refresh(string key) => throw new NotSupportedException("A blocking call.");

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Remove(string key) => throw new NotSupportedException("A blocking call.");

        public Task RemoveAsync(string key, CancellationToken token = default)
        {
            Entries.TryRemove(key, out _);
            return Task.CompletedTask;
        }

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
            throw new NotSupportedException("A blocking call.");

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            if (Failing is not null)
            {
                return Failing();
            }

            Entries[key] = value;
            return Task.CompletedTask;
        }
    }
}
