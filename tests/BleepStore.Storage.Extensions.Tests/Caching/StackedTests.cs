using System.Text;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Caching;

/// <summary>A cache and retries around a decorator that changes bytes.</summary>
public sealed class StackedTests
{
    [Test]
    public async Task A_cache_around_compression_keeps_the_bytes_of_the_application()
    {
        FaultyBackend backend = await new FaultyBackend().WithBucketAsync();
        await using var registered = new Registered(
            backend, static builder => builder.WithCache().WithRetry().WithCompression(), new ManualTime(jumps: true));
        string text = string.Concat(Enumerable.Repeat("The quick brown fox. ", 500));
        backend.FailAfter("Put", FaultyBackend.Lost()).Fail("Get", FaultyBackend.Transient());
        await registered.Bucket.PutAsync("text", Encoding.UTF8.GetBytes(text), new PutOptions { ContentType = "text/plain" });

        for (int read = 0; read < 3; read++)
        {
            Assert.That(await registered.Bucket.GetTextAsync("text"), Is.EqualTo(text));
        }

        await using ObjectReader part = await registered.Bucket.GetAsync("text", new GetOptions { Range = ByteRange.From(4, 5) });
        Assert.That(Encoding.UTF8.GetString(await part.ReadAllAsync()), Is.EqualTo("quick"), "a range that compression alone refuses");
        Assert.That((backend.Count("Put"), backend.Count("Get")), Is.EqualTo((2, 2)), "one failed attempt of each");
    }
}
