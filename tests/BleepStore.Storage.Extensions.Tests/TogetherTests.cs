using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests;

/// <summary>All decorators on one store, in the order that the documentation recommends.</summary>
public sealed class TogetherTests
{
    private const int PartSize = 5 * 1024 * 1024;

    [Test]
    public async Task A_store_with_all_decorators_keeps_the_bytes()
    {
        await using ServiceProvider provider = Build();
        Bucket bucket = await provider.GetRequiredService<ObjectStore>().CreateBucketAsync("bucket");
        byte[] text = "The same line again and again.\n"u8.ToArray();
        text = [.. Enumerable.Repeat(text, 200).SelectMany(static line => line)];
        byte[] large = RandomNumberGenerator.GetBytes((2 * PartSize) + 12_345);

        ObjectProperties put = await bucket.PutAsync("a/text", text, new PutOptions { ContentType = "text/plain", IfAbsent = true });
        await bucket.PutAsync("b/large", new MemoryStream(large));
        await bucket.CopyAsync(new ObjectAddress("bucket", "a/text"), "c/copy");
        StorageException? again = await Assert.ThrowsAsync<StorageException>(
            () => bucket.PutAsync("a/text", text, new PutOptions { IfAbsent = true }));

        Assert.That(again!.Code, Is.EqualTo(StorageErrorCode.PreconditionFailed));
        Assert.That((put.Key, put.Size, put.ContentEncoding), Is.EqualTo(("a/text", text.Length, (string?)null)));
        for (int time = 0; time < 2; time++)
        {
            Assert.That(await ReadAsync(bucket, "a/text"), Is.EqualTo(text));
            Assert.That(await ReadAsync(bucket, "b/large"), Is.EqualTo(large));
            Assert.That(await ReadAsync(bucket, "c/copy"), Is.EqualTo(text));
        }

        Assert.That(
            await bucket.ListAsync().Select(static item => item.Key).ToListAsync(), Is.EqualTo(new[] { "a/text", "b/large", "c/copy" }));
        await bucket.DeleteAsync("a/text");
        Assert.That(await bucket.ExistsAsync("a/text"), Is.False);
    }

    [Test]
    public async Task What_lies_upstream_is_encrypted_and_smaller_and_under_the_prefix()
    {
        await using ServiceProvider provider = Build();
        ObjectStore store = provider.GetRequiredService<ObjectStore>();
        Bucket bucket = await store.CreateBucketAsync("bucket");
        byte[] text = [.. Enumerable.Repeat("The same line again and again.\n"u8.ToArray(), 2000).SelectMany(static line => line)];
        await bucket.PutAsync("text", text, new PutOptions { ContentType = "text/plain" });

        Bucket upstream = ObjectStore.Create(new UnownedBackend(provider.GetRequiredService<Upstream>().Backend!)).GetBucket("bucket");

        Assert.That(await upstream.ListAsync().Select(static item => item.Key).ToListAsync(), Is.EqualTo(new[] { "tenant/text" }));
        byte[] stored = await ReadAsync(upstream, "tenant/text");
        Assert.That(stored, Has.Length.LessThan(text.Length / 4));
        Assert.That(stored.AsSpan().IndexOf("same line"u8), Is.Negative);
    }

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        var upstream = new Upstream();
        services.AddSingleton(upstream);
        services.AddBleepStore()
            .UseInMemory()
            .Configure(static options => options.PartSize = PartSize)
            .WithPrefix("tenant/")
            .WithCache()
            .WithCompression()
            .WithEncryption(new KeyRing("2026", RandomNumberGenerator.GetBytes(DataKey.Size)))
            .WithRetry()
            .WithRateLimit(static options => options.RequestsPerSecond = 10_000)
            .WithConcurrencyLimit(8)
            .WithCircuitBreaker()
            .WithTimeout(TimeSpan.FromSeconds(30))
            .Decorate((_, inner) => upstream.Backend = inner);
        return services.BuildServiceProvider();
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    private sealed class Upstream
    {
        public StorageBackend? Backend { get; set; }
    }
}
