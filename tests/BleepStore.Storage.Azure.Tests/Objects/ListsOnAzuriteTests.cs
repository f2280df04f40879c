using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Objects;

public sealed class ListsOnAzuriteTests
{
    [Test]
    public async Task A_listing_after_a_key_does_not_look_at_the_keys_before_it([Values(null, "/", "-")] string? delimiter)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 300), async (number, token) => await bucket.PutAsync($"key{number:D3}", new byte[1], options: null, token));
        emulated.Wire.Clear();

        ListPage page = await bucket.ListPageAsync(new ListOptions { StartAfter = "key290", PageSize = 5, Delimiter = delimiter });

        Assert.That(page.Objects.Select(static entry => entry.Key), Is.EqualTo(new[] { "key291", "key292", "key293", "key294" }));
        Assert.That(emulated.Wire.Kinds, Is.EqualTo(new[] { "GET list" }));
    }

    [Test]
    public async Task Every_key_of_the_catalogue_is_listed_after_any_other([Values(null, "/")] string? delimiter)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        string[] keys = [.. KeyCatalogue.Valid.Select(static one => one.Key)
            .Where(static key => key.Length < 100)
            .Order(Backends.Toolkit.KeyOrder.Instance)];
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (key, token) => await bucket.PutAsync(key, new byte[1], options: null, token));

        foreach (string after in keys)
        {
            ListPage page = await bucket.ListPageAsync(new ListOptions { StartAfter = after, Delimiter = delimiter });
            string[] expected = [.. keys.Where(key => Backends.Toolkit.KeyOrder.Instance.Compare(key, after) > 0
                && (delimiter is null || !key.Contains('/', StringComparison.Ordinal)))];
            Assert.That(page.Objects.Select(static entry => entry.Key), Is.EqualTo(expected), after);
        }
    }
}
