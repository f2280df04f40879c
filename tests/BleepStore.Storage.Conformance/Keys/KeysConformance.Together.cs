using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class KeysConformance<THarness>
{
    private static readonly string[] Catalogue = [.. KeyCatalogue.Valid.Select(static one => one.Key)];

    [ContractTest]
    public async Task All_together_each_is_listed_once_with_its_own_content()
    {
        await PutAllAsync(Catalogue);

        await AssertKeysAsync([.. ListModel.InOrder(Catalogue)]);
        foreach (string key in Catalogue)
        {
            await AssertContentAsync(key, Payload.Text($"content of {key}"));
        }
    }

    [ContractTest]
    public async Task None_of_them_is_a_foreign_name()
    {
        await PutAllAsync(Catalogue);
        await BeginUploadAsync(Bucket, "upload");

        Assert.That(await Bucket.ListForeignNamesAsync().ToListAsync(), Is.Empty);
    }

    [ContractTest]
    public async Task Deleting_one_leaves_all_the_others()
    {
        await PutAllAsync(Catalogue);
        List<string> left = [.. ListModel.InOrder(Catalogue)];

        // The deepest keys go first, because listing them takes long where a store checks every folder by its path.
        foreach (string key in Catalogue.OrderByDescending(static key => key.Count(static character => character == '/')))
        {
            await Bucket.DeleteAsync(key);
            left.Remove(key);
            Assert.That(await KeysAsync(new ListOptions()), Is.EqualTo(left), $"after deleting '{key}'");
        }
    }

    [ContractTest]
    public async Task Overwriting_one_leaves_all_the_others()
    {
        await PutAllAsync(Catalogue);
        string[] rewritten = [.. Catalogue.Where(static (_, at) => at % 3 == 0)];
        foreach (string key in rewritten)
        {
            await PutAsync(key, Payload.Text($"second {key}"));
        }

        foreach (string key in Catalogue)
        {
            await AssertContentAsync(key, Payload.Text(rewritten.Contains(key) ? $"second {key}" : $"content of {key}"));
        }
    }

    [ContractTest]
    public async Task Walks_over_all_are_as_the_model_says(
        [Values(null, "/", "\\", "abc", "//")] string? delimiter, [Values(1, 3, 1000)] int pageSize)
    {
        await PutAllAsync(Catalogue);

        foreach ((string prefix, string? start) in new (string, string?)[]
        {
            ("", null),
            ("", "both"),
            ("", "t/"),
            ("both", null),
            ("a", null),
            ("a/", "a/."),
            (".", null),
            ("..", "../"),
            ("/", null),
            ("s", "t"),
            ("t", "t-/x"),
            ("\u00e9", null),
        })
        {
            var query = new ListOptions { Prefix = prefix, Delimiter = delimiter, StartAfter = start, PageSize = pageSize };
            await AssertListedAsync(Catalogue, query);
        }
    }

    /// <summary>
    /// Lists keys that upstreams refuse or reserve, between other keys with the same beginning. However they are spelled, a common prefix
    /// is listed once.
    /// </summary>
    [ContractTest]
    public async Task Keys_that_begin_alike_are_rolled_up_once_however_they_are_spelled()
    {
        string[] keys =
        [
            ".",
            ".!",
            ".z",
            "..",
            "..!",
            "..z",
            "../x",
            ".bleepstore/x",
            ".bleepstore/y/z",
            ".ba",
            ".bz",
            ".bleepstore-",
            ".well-known/acme-challenge/t",
            ".well-known/b",
            "a.", "a.!", "a.z", "a./b", "~", "~!", "~=", "~=x", "~z", "b~=1", "b~!", "b~z", "b\u0001~", "b\\~", "/", "/b", "b/", "b/c",
        ];
        await PutAllAsync(keys);

        foreach (string delimiter in (string[])[".", "..", "b", "e/", "~", "/"])
        {
            await AssertListedAsync(keys, new ListOptions { Delimiter = delimiter, PageSize = 1 });
            (string, string?)[] queries =
            [
                (".", null), ("..", null), (".b", null), ("~", null), ("b", null), ("", "."), ("", ".."), ("", ".bleepstore/x"), ("", "a."),
                ("", "b~"),
            ];
            foreach ((string prefix, string? start) in queries)
            {
                await AssertListedAsync(
                    keys, new ListOptions { Prefix = prefix, Delimiter = delimiter, StartAfter = start, PageSize = 10 });
            }
        }
    }

    [ContractTest]
    public async Task Random_keys_are_kept_apart_and_listed_as_the_model_says()
    {
        int seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new RandomKeys(seed);
        IReadOnlyList<string> keys = random.Distinct(150);
        await PutAllAsync(keys);

        foreach (string key in keys)
        {
            await AssertContentAsync(key, Payload.Text($"content of {key}"));
        }

        for (int round = 0; round < 40; round++)
        {
            string prefix = random.Pick(keys);
            var query = new ListOptions
            {
                Prefix = round % 4 == 0 ? "" : Beginning(prefix),
                Delimiter = random.Pick(["/", "a", ".", "..", "~", "\\", null, "//"]),
                StartAfter = round % 3 == 0 ? random.Next() : null,
                PageSize = random.Pick([1, 2, 3, 10, 1000]),
            };
            Assert.That(await KeysAsync(query), Is.EqualTo(ListModel.List(keys, query)), $"seed {seed}, round {round}: {query}");
        }

        IReadOnlyList<string> gone = [.. keys.Where((_, at) => at % 2 == 0)];
        await Bucket.DeleteManyAsync(gone);
        await AssertKeysAsync([.. ListModel.InOrder(keys.Except(gone, StringComparer.Ordinal))]);
    }

    private async Task AssertListedAsync(IReadOnlyCollection<string> keys, ListOptions query) =>
        Assert.That(await KeysAsync(query), Is.EqualTo(ListModel.List(keys, query)), query.ToString());

    private static string Beginning(string key) => char.IsHighSurrogate(key[0]) ? key[..2] : key[..1];

    private async Task PutAllAsync(IEnumerable<string> keys) =>
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (key, token) =>
            await Bucket.PutAsync(key, Payload.Text($"content of {key}"), options: null, token));
}
