using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ListConformance<THarness>
{
    private static readonly string[] Stable = [.. Enumerable.Range(0, 20).Select(static number => $"k{number:D2}/stable")];

    [ContractTest]
    public async Task A_token_goes_on_after_its_page_also_with_another_page_size()
    {
        await PutAllAsync(["a", "b", "c", "d", "e"]);

        ListPage first = await Bucket.ListPageAsync(new ListOptions { PageSize = 2 });
        ListPage rest = await Bucket.ListPageAsync(new ListOptions { PageSize = 10, ContinuationToken = first.ContinuationToken });
        ListPage again = await Bucket.ListPageAsync(new ListOptions { PageSize = 1, ContinuationToken = first.ContinuationToken });

        Assert.That(first.Objects.Select(entry => entry.Key), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(rest.Objects.Select(entry => entry.Key), Is.EqualTo(new[] { "c", "d", "e" }));
        Assert.That(rest.ContinuationToken, Is.Null);
        Assert.That(again.Objects.Select(entry => entry.Key), Is.EqualTo(new[] { "c" }));
    }

    [ContractTest]
    public async Task A_token_serves_another_store_on_the_same_upstream()
    {
        await PutAllAsync(["a", "b", "c"]);
        ListPage first = await Bucket.ListPageAsync(new ListOptions { PageSize = 2 });
        await using ObjectStore store = await OpenStoreAsync();

        ListPage rest = await store.GetBucket(Bucket.Name).ListPageAsync(new ListOptions { ContinuationToken = first.ContinuationToken });

        Assert.That(rest.Objects.Select(entry => entry.Key), Is.EqualTo(new[] { "c" }));
    }

    [ContractTest]
    public async Task A_token_of_another_query_is_an_argument_error()
    {
        Bucket other = await CreateBucketAsync();
        await PutAllAsync(["a/1", "a/2", "a/3", "b"]);
        var query = new ListOptions { Prefix = "a/", Delimiter = "/", StartAfter = "a/0", PageSize = 1 };
        query = query with { ContinuationToken = (await Bucket.ListPageAsync(query)).ContinuationToken };
        Assert.That(query.ContinuationToken, Is.Not.Null);

        await StorageAssert.ThrowsAsync<ArgumentException>(() => other.ListPageAsync(query));
        foreach (ListOptions changed in new[]
        {
            query with { Prefix = "a" },
            query with { Delimiter = null },
            query with { Delimiter = "-" },
            query with { StartAfter = null },
        })
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.ListPageAsync(changed));
        }

        Assert.That((await Bucket.ListPageAsync(query)).Objects.Single().Key, Is.EqualTo("a/2"));
    }

    [ContractTest]
    [TestCase("")]
    [TestCase("x")]
    [TestCase("../../etc/passwd")]
    [TestCase("AAAA")]
    [TestCase("\ud83d\ude40")]
    public async Task What_is_no_token_is_an_argument_error(string token)
    {
        await PutAsync("a", [1]);

        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.ListPageAsync(new ListOptions { ContinuationToken = token }));
    }

    [ContractTest]
    public async Task What_is_no_query_is_an_argument_error()
    {
        await PutAsync("a", [1]);

        foreach (ListOptions options in new ListOptions[]
        {
            new() { PageSize = 0 },
            new() { PageSize = -1 },
            new() { PageSize = 1001 },
            new() { Delimiter = "" },
            new() { Delimiter = "\ud800" },
            new() { Prefix = "\ud800" }, new() { StartAfter = "a\udc00" }, new() { Prefix = null! },
        })
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.ListPageAsync(options));
            await StorageAssert.ThrowsAsync<ArgumentException>(async () => await Bucket.ListAsync(options).ToListAsync());
        }
    }

    [ContractTest]
    public async Task A_listing_asks_for_a_page_only_when_it_is_wanted()
    {
        await PutAllAsync(["a", "b", "c", "d", "e"]);
        InterceptingBackend? between = null;
        Bucket bucket = Intercept(backend => between = backend);

        IAsyncEnumerable<ListEntry> listing = bucket.ListAsync(new ListOptions { PageSize = 2 });
        Assert.That(between!.Requests, Is.Empty);
        string first = (await listing.FirstAsync()).Key;

        Assert.That(first, Is.EqualTo("a"));
        Assert.That(between.Requests, Is.EqualTo(new[] { "List" }));
    }

    [ContractTest]
    public async Task Keys_that_come_and_go_between_pages_do_not_disturb_the_others(
        [Values(1, 2, 3, 7)] int pageSize, [Values(null, "/")] string? delimiter)
    {
        await PutAllAsync([.. Stable, "k05/gone", "k15/gone"]);
        string[] expected = delimiter is null ? Stable : [.. Stable.Select(static key => key[..4])];
        var query = new ListOptions { PageSize = pageSize, Delimiter = delimiter };
        var seen = new List<string>();
        int round = 0;

        await foreach (ListEntry entry in Bucket.ListAsync(query))
        {
            seen.Add(entry.Key);
            if (round++ % pageSize == 0 && round < 15)
            {
                // Before, at and after where the listing stands.
                await PutAllAsync([$"j{round}", $"{entry.Key}~", $"k{round:D2}/a", $"l{round}"]);
                await Bucket.DeleteManyAsync(["k05/gone", "k15/gone", $"j{round - 1}"]);
            }
        }

        Assert.That(seen, Is.Unique);
        Assert.That(seen.Where(expected.Contains), Is.EqualTo(expected));
    }

    [ContractTest]
    public async Task The_object_that_a_page_ended_with_can_be_deleted_before_the_next()
    {
        await PutAllAsync(["a", "b", "c/1", "c/2", "d"]);

        foreach (string? delimiter in new[] { null, "/" })
        {
            ListPage first = await Bucket.ListPageAsync(new ListOptions { PageSize = 2, Delimiter = delimiter });
            await Bucket.DeleteAsync("b");
            ListPage second = await Bucket.ListPageAsync(
                new ListOptions { PageSize = 10, Delimiter = delimiter, ContinuationToken = first.ContinuationToken });
            string[] rest = [.. second.Objects.Select(entry => entry.Key), .. second.CommonPrefixes];

            Assert.That(rest, Is.EquivalentTo(delimiter is null ? ["c/1", "c/2", "d"] : new[] { "c/", "d" }));
            await PutAsync("b", [1]);
        }
    }

    [ContractTest]
    public async Task What_the_store_keeps_to_itself_never_shows()
    {
        await PutAsync("object", [1], new PutOptions { Metadata = new Dictionary<string, string> { ["ä"] = "ö" } });
        await PutAsync("large", Payload.Bytes(PartSize + 1));
        if (await BeginUploadAsync(Bucket, "upload") is { } upload)
        {
            await upload.UploadPartAsync(1, Payload.Bytes(PartLength));
            MultipartUpload aborted = await Bucket.CreateMultipartUploadAsync("aborted");
            await aborted.UploadPartAsync(1, Payload.Bytes(PartLength));
            await aborted.AbortAsync();
        }

        await Store.CheckAsync(new CheckOptions { ProbeWrite = true });

        await AssertKeysAsync("large", "object");
        foreach (string prefix in new[] { ".", ".bleepstore", ".bleepstore/", "_", "tmp" })
        {
            Assert.That(await KeysAsync(new ListOptions { Prefix = prefix }), Is.Empty, prefix);
        }

        Assert.That((await Bucket.ListPageAsync(new ListOptions { Delimiter = "/" })).CommonPrefixes, Is.Empty);
    }
}
