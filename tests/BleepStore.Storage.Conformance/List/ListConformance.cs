using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// Tests that listings return everything exactly once, in the order of UTF-8 bytes, with any prefix, delimiter, start and page size.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class ListConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private static readonly string[] Tricky =
    [
        "foo", "foo.bar", "foo/", "foo/bar", "foo/bar/baz", "foo//bar", "foobar", "foo bar", "fo", "f",
        "t", "t!", "t-/x", "t/x", "t/y/z", "t0", "T",
        "a\\b", "a\\c\\d", "xabcy", "xabcz", "xabc", "xab", "abc", "abcabc",
        "\uff5e", "\ud83d\ude40", "\u00e9", "e\u0301", "\u00e9/x", "/", "//", "/a", "z",
    ];

    [ContractTest]
    public async Task A_listing_says_of_each_object_what_head_says()
    {
        await PutAsync("a", Payload.Bytes(10));
        await PutAsync("b/c", Payload.Bytes(PartSize + 10));

        List<ListEntry> entries = await Bucket.ListAsync().ToListAsync();

        Assert.That(entries.Select(entry => entry.Key), Is.EqualTo(new[] { "a", "b/c" }));
        foreach (ListEntry entry in entries)
        {
            ObjectProperties properties = await Bucket.HeadAsync(entry.Key);
            Assert.That(entry.IsCommonPrefix, Is.False);
            Assert.That((entry.Size, entry.ETag, entry.Revision), Is.EqualTo((properties.Size, properties.ETag, properties.Revision)));
            Assert.That(entry.LastModified, Is.EqualTo(properties.LastModified).Within(TimeSpan.FromSeconds(1)));
        }
    }

    [ContractTest]
    public async Task An_empty_bucket_lists_nothing()
    {
        ListPage page = await Bucket.ListPageAsync();

        Assert.That(page.Objects, Is.Empty);
        Assert.That(page.CommonPrefixes, Is.Empty);
        Assert.That(page.ContinuationToken, Is.Null);
        await AssertKeysAsync();
    }

    [ContractTest]
    public async Task Keys_come_in_the_order_of_their_UTF8_bytes()
    {
        // U+FF5E sorts before U+1F640 by bytes, and after it by UTF-16 units.
        string[] keys =
        [
            "T", "t", "t!", "t-/x", "t/x", "t0", "e\u0301", "\u00e9", "\ud7ff", "\ue000", "\uff5e", "\ud83d\ude40", "\udbff\udffd",
        ];
        await PutAllAsync(keys);

        IReadOnlyList<string> expected = ListModel.InOrder(keys);

        Assert.That(expected.ToList().IndexOf("\uff5e"), Is.LessThan(expected.ToList().IndexOf("\ud83d\ude40")));
        await AssertKeysAsync([.. expected]);
    }

    [ContractTest]
    public async Task Tricky_keys_are_listed_as_the_model_says([Values(null, "/", "\\", "abc", "//", "\ud83d\ude40")] string? delimiter)
    {
        await PutAllAsync(Tricky);

        foreach (string prefix in new[]
        {
            "", "f", "fo", "foo", "foo/", "foo//", "t", "t-", "a", "a\\", "xa", "xabc", "/", "\u00e9", "none", "foo/bar/baz",
        })
        {
            foreach (string? start in new[] { null, "", "foo", "foo/", "foo/b", "t-/", "t/", "t/y", "zzz", "\uff5e" })
            {
                var query = new ListOptions { Prefix = prefix, Delimiter = delimiter, StartAfter = start };
                await AssertListedAsync(Tricky, query);
            }
        }
    }

    [ContractTest]
    public async Task Every_page_size_gives_the_same_listing(
        [Values(1, 2, 3, 10, 1000)] int pageSize, [Values(null, "/", "abc")] string? delimiter)
    {
        await PutAllAsync(Tricky);

        foreach ((string prefix, string? start) in new (
            string, string?)[] { ("", null), ("foo", null), ("", "foo/"), ("t", "t-/x"), ("foo/", "foo/bar") })
        {
            var query = new ListOptions { Prefix = prefix, Delimiter = delimiter, StartAfter = start, PageSize = pageSize };
            await AssertListedAsync(Tricky, query);
            await AssertPagesAsync(Tricky, query);
        }
    }

    [ContractTest]
    public async Task Each_key_as_start_gives_the_keys_after_it()
    {
        await PutAllAsync(Tricky);

        foreach (string start in Tricky)
        {
            await AssertListedAsync(Tricky, new ListOptions { StartAfter = start });
            await AssertListedAsync(Tricky, new ListOptions { StartAfter = start, Delimiter = "/" });
        }
    }

    [ContractTest]
    public async Task A_prefix_is_plain_text_and_need_not_end_at_a_segment()
    {
        await PutAllAsync(["dir/one", "dir/two", "director", "di", "other/dir/one", "DIR/one"]);

        Assert.That(await KeysAsync(new ListOptions { Prefix = "dir" }), Is.EqualTo(new[] { "dir/one", "dir/two", "director" }));
        Assert.That(await KeysAsync(new ListOptions { Prefix = "dir/t" }), Is.EqualTo(new[] { "dir/two" }));
        Assert.That(await KeysAsync(new ListOptions { Prefix = "dir/", Delimiter = "/" }), Is.EqualTo(new[] { "dir/one", "dir/two" }));
        Assert.That(await KeysAsync(new ListOptions { Prefix = "di", Delimiter = "/" }), Is.EqualTo(new[] { "di", "dir/", "director" }));
        Assert.That(await KeysAsync(new ListOptions { Prefix = "*" }), Is.Empty);
    }

    [ContractTest]
    public async Task Common_prefixes_are_told_from_objects()
    {
        await PutAllAsync(["a", "a/b", "a/c", "b/", "c"]);

        ListPage page = await Bucket.ListPageAsync(new ListOptions { Delimiter = "/" });
        List<ListEntry> entries = await Bucket.ListAsync(new ListOptions { Delimiter = "/" }).ToListAsync();

        Assert.That(page.Objects.Select(entry => entry.Key), Is.EqualTo(new[] { "a", "c" }));
        Assert.That(page.CommonPrefixes, Is.EqualTo(new[] { "a/", "b/" }));
        Assert.That(
            entries.Select(entry => (entry.Key, entry.IsCommonPrefix)),
            Is.EqualTo(new[] { ("a", false), ("a/", true), ("b/", true), ("c", false) }));
        Assert.That(await KeysAsync(new ListOptions { Prefix = "b/", Delimiter = "/" }), Is.EqualTo(new[] { "b/" }));
    }

    [ContractTest]
    public async Task More_keys_than_a_page_holds_are_all_listed()
    {
        string[] keys = [.. Enumerable.Range(0, 1001).Select(static number => $"k{number:D4}")];
        await PutAllAsync(keys);

        ListPage first = await Bucket.ListPageAsync();

        Assert.That(first.Entries, Has.Count.LessThanOrEqualTo(1000));
        Assert.That(first.ContinuationToken, Is.Not.Null);
        await AssertKeysAsync(keys);
        Assert.That(await KeysAsync(new ListOptions { PageSize = 7, StartAfter = "k0990" }), Is.EqualTo(keys[991..]));
    }

    private async Task PutAllAsync(IEnumerable<string> keys) =>
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (key, token) =>
            await Bucket.PutAsync(key, Payload.Text(key), options: null, token));

    private async Task<List<string>> KeysAsync(ListOptions options) =>
        InPromisedOrder(await Bucket.ListAsync(options).Select(static entry => entry.Key).ToListAsync());

    private async Task AssertListedAsync(IEnumerable<string> keys, ListOptions query) =>
        Assert.That(await KeysAsync(query), Is.EqualTo(ListModel.List(keys, query)), query.ToString());

    /// <summary>Asserts that no page is larger than asked for, and that the pages together are the listing.</summary>
    private async Task AssertPagesAsync(IEnumerable<string> keys, ListOptions query)
    {
        var seen = new List<string>();
        ListPage page;
        string? token = null;
        do
        {
            page = await Bucket.ListPageAsync(query with { ContinuationToken = token });
            token = page.ContinuationToken;
            Assert.That(page.Entries.Count, Is.LessThanOrEqualTo(query.PageSize), query.ToString());
            seen.AddRange(page.Entries.Select(static entry => entry.Key));
        }
        while (token is not null);

        Assert.That(ListModel.InOrder(seen), Is.EqualTo(ListModel.List(keys, query)), query.ToString());
    }
}
