using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Objects: list".</summary>
public sealed class ListTests
{
    private const string List = $"storage/v1/b/{PlainClient.Bucket}/o?";

    private static readonly string[] Names = ["a", "a/1", "a/2/x", "a/2/y", "b", "b-c/1", "t-/1", "t/1", "\uffee", "𝄞"];

    [Test]
    public async Task Everything_is_listed_in_the_order_of_UTF_8()
    {
        await using PlainClient client = await StartAsync();

        Assert.That(await ListAsync(client, ""), Is.EqualTo(Names));
    }

    [TestCase("prefix=a/", "a/1 a/2/x a/2/y")]
    [TestCase("prefix=a/2", "a/2/x a/2/y")]
    [TestCase("delimiter=/", "a a/> b b-c/> t-/> t/> \uffee 𝄞")]
    [TestCase("delimiter=/&prefix=a", "a a/>")]
    [TestCase("delimiter=/&prefix=a/", "a/1 a/2/>")]
    [TestCase("delimiter=2/&prefix=a", "a a/1 a/2/>")]
    [TestCase("startOffset=b", "b b-c/1 t-/1 t/1 \uffee 𝄞")]
    [TestCase("startOffset=b&endOffset=t/", "b b-c/1 t-/1")]
    [TestCase("delimiter=/&startOffset=a/2/y&endOffset=b", "a/>")]
    [TestCase("prefix=none", "")]
    public async Task Queries_find_what_they_should_on_pages_of_any_size(string query, string expected)
    {
        await using PlainClient client = await StartAsync();
        foreach (int size in new[] { 1, 2, 3, 1000 })
        {
            Assert.That(string.Join(' ', await ListAsync(client, query, size)), Is.EqualTo(expected), $"pages of {size}");
        }
    }

    [Test]
    public async Task A_page_is_no_larger_than_asked_and_tells_where_to_go_on()
    {
        await using PlainClient client = await StartAsync();

        JsonObject page = await client.OkAsync(HttpMethod.Get, List + "delimiter=/&maxResults=3");

        Assert.That(page["items"]!.AsArray().Count + page["prefixes"]!.AsArray().Count, Is.EqualTo(3));
        Assert.That((string?)page["nextPageToken"], Is.Not.Null);
    }

    [Test]
    public async Task The_server_may_give_smaller_pages_than_asked()
    {
        await using PlainClient client = await StartAsync(new GcsServerOptions { PageLimit = 4 });

        JsonObject page = await client.OkAsync(HttpMethod.Get, List + "maxResults=1000");

        Assert.That(page["items"]!.AsArray(), Has.Count.EqualTo(4));
        Assert.That(await ListAsync(client, "", 1000), Is.EqualTo(Names));
    }

    [Test]
    public async Task Names_that_come_and_go_between_pages_do_not_disturb_the_others()
    {
        await using PlainClient client = await StartAsync();
        JsonObject first = await client.OkAsync(HttpMethod.Get, List + "maxResults=3");
        await client.SendAsync(HttpMethod.Delete, PlainClient.Path("a/2/x"));
        await client.PutAsync("0", "x");

        JsonObject second = await client.OkAsync(HttpMethod.Get, List + "pageToken=" + (string)first["nextPageToken"]!);

        Assert.That(second["items"]!.AsArray().Select(static item => (string)item!["name"]!), Is.EqualTo(Names[3..]));
    }

    [TestCase("maxResults=0", "400 invalid")]
    [TestCase("maxResults=-1", "400 invalid")]
    [TestCase("pageToken=nonsense!", "400 invalid")]
    [TestCase("versions=maybe", "400 invalid")]
    [TestCase("projection=full", "501 notImplemented")]
    [TestCase("softDeleted=true", "501 notImplemented")]
    public async Task Queries_that_make_no_sense_are_refused(string query, string refusal)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.GetAsync(List + query)).Refusal, Is.EqualTo(refusal));
    }

    [Test]
    public async Task An_empty_bucket_has_no_items_and_a_missing_one_is_404()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        JsonObject page = await client.OkAsync(HttpMethod.Get, List);

        Assert.That((page.ContainsKey("items"), page.ContainsKey("nextPageToken")), Is.EqualTo((false, false)));
        Assert.That((await client.GetAsync("storage/v1/b/none/o")).Refusal, Is.EqualTo("404 notFound"));
    }

    private static async Task<PlainClient> StartAsync(GcsServerOptions? options = null)
    {
        PlainClient client = await PlainClient.StartAsync(options);
        foreach (string name in Names)
        {
            await client.PutAsync(name, "x");
        }

        return client;
    }

    /// <summary>Objects and, marked by <c>&gt;</c>, prefixes; those of a page merged in order.</summary>
    private static async Task<List<string>> ListAsync(PlainClient client, string query, int size = 1000)
    {
        var found = new List<string>();
        string token = "";
        do
        {
            JsonObject page = await client.OkAsync(HttpMethod.Get, $"{List}{query}&maxResults={size}{token}");
            IEnumerable<string> items = (page["items"]?.AsArray() ?? []).Select(static item => (string)item!["name"]!);
            IEnumerable<string> prefixes = (page["prefixes"]?.AsArray() ?? []).Select(static prefix => (string)prefix! + ">");
            found.AddRange(items.Concat(prefixes).OrderBy(static name => name.TrimEnd('>'), Comparer<string>.Create(static (x, y) =>
                System.Text.Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(y)))));
            token = page["nextPageToken"] is { } next ? "&pageToken=" + (string)next! : "";
        }
        while (token.Length > 0);
        return found;
    }
}
