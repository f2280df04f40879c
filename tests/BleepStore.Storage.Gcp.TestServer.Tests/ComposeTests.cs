using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>Tests "Objects: compose" and "Composite objects".</summary>
public sealed class ComposeTests
{
    [Test]
    public async Task A_composition_has_the_bytes_in_order_a_component_count_and_no_MD5()
    {
        await using PlainClient client = await StartAsync(2);

        JsonObject made = await client.OkAsync(HttpMethod.Post, Compose("whole"), Body(["p1", "p0", "p1"], """{"contentType":"image/png","metadata":{"n":"v"},"md5Hash":"ignored"}"""));

        Assert.Multiple(() =>
        {
            Assert.That((int?)made["componentCount"], Is.EqualTo(3));
            Assert.That(made.ContainsKey("md5Hash"), Is.False);
            Assert.That((string?)made["contentType"], Is.EqualTo("image/png"));
            Assert.That((string?)made["metadata"]!["n"], Is.EqualTo("v"));
        });
        PlainAnswer media = await client.GetAsync(PlainClient.Path("whole") + "?alt=media");
        Assert.That((media.Text, media["x-goog-hash"]), Is.EqualTo(("<1><0><1>", $"crc32c={(string?)made["crc32c"]}")));
        Assert.That((string?)(await client.PutAsync("same", "<1><0><1>")).Json["crc32c"], Is.EqualTo((string?)made["crc32c"]));
        Assert.That((await client.GetAsync(PlainClient.Path("p0") + "?alt=media")).Text, Is.EqualTo("<0>"), "the sources stay");
    }

    [Test]
    public async Task Composites_can_be_composed_and_their_components_are_counted()
    {
        await using PlainClient client = await StartAsync(3);
        await client.OkAsync(HttpMethod.Post, Compose("c"), Body(["p0", "p1"]));

        JsonObject made = await client.OkAsync(HttpMethod.Post, Compose("c"), Body(["c", "p2"]));

        Assert.That((int?)made["componentCount"], Is.EqualTo(3));
        Assert.That((await client.GetAsync(PlainClient.Path("c") + "?alt=media")).Text, Is.EqualTo("<0><1><2>"));
    }

    [Test]
    public async Task Thirty_two_sources_are_taken_and_thirty_three_and_none_refused()
    {
        await using PlainClient client = await StartAsync(1);

        PlainAnswer most = await client.JsonAsync(HttpMethod.Post, Compose("whole"), Body(Enumerable.Repeat("p0", 32)));
        PlainAnswer tooMany = await client.JsonAsync(HttpMethod.Post, Compose("other"), Body(Enumerable.Repeat("p0", 33)));
        PlainAnswer none = await client.JsonAsync(HttpMethod.Post, Compose("other"), Body([]));

        Assert.That(most.Status, Is.EqualTo(200));
        Assert.That((tooMany.Refusal, none.Refusal), Is.EqualTo(("400 invalid", "400 required")));
        Assert.That((await client.GetAsync(PlainClient.Path("other"))).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_missing_source_is_404_and_nothing_is_made()
    {
        await using PlainClient client = await StartAsync(1);

        Assert.That((await client.JsonAsync(HttpMethod.Post, Compose("whole"), Body(["p0", "none"]))).Refusal, Is.EqualTo("404 notFound"));
        Assert.That((await client.GetAsync(PlainClient.Path("whole"))).Status, Is.EqualTo(404));
    }

    [TestCase(""" "generation":"{0}" """, 200)]
    [TestCase(""" "generation":"1" """, 404)]
    [TestCase(""" "objectPreconditions":{"ifGenerationMatch":"{0}"} """, 200)]
    [TestCase(""" "objectPreconditions":{"ifGenerationMatch":"1"} """, 412)]
    [TestCase(""" "objectPreconditions":{"ifGenerationMatch":1} """, 412)]
    [TestCase(""" "generation":true """, 400)]
    public async Task Sources_can_be_pinned(string pin, int status)
    {
        await using PlainClient client = await StartAsync(1);
        string pinned = pin.Replace("{0}", await client.GenerationAsync("p0"), StringComparison.Ordinal);

        PlainAnswer answer = await client.JsonAsync(HttpMethod.Post, Compose("whole"), $$"""{"sourceObjects":[{"name":"p0",{{pinned}}}]}""");

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
    }

    [Test]
    public async Task The_destination_can_be_conditional()
    {
        await using PlainClient client = await StartAsync(1);
        await client.OkAsync(HttpMethod.Post, Compose("whole", "?ifGenerationMatch=0"), Body(["p0"]));

        Assert.That(
            (await client.JsonAsync(HttpMethod.Post, Compose("whole", "?ifGenerationMatch=0"), Body(["p0"]))).Refusal,
            Is.EqualTo("412 conditionNotMet"));
        Assert.That((await client.JsonAsync(
            HttpMethod.Post,
            Compose("whole", $"?ifGenerationMatch={await client.GenerationAsync("whole")}"),
            Body(["p0"]))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Sources_and_result_are_of_one_storage_class()
    {
        await using PlainClient client = await StartAsync(1);
        await client.PutMultipartAsync("""{"name":"cold","storageClass":"NEARLINE"}""", [1]);

        PlainAnswer mixed = await client.JsonAsync(HttpMethod.Post, Compose("whole"), Body(["p0", "cold"]));
        PlainAnswer other = await client.JsonAsync(HttpMethod.Post, Compose("whole"), Body(["p0"], """{"storageClass":"NEARLINE"}"""));
        JsonObject same = await client.OkAsync(HttpMethod.Post, Compose("whole"), Body(["cold", "cold"]));

        Assert.That((mixed.Refusal, other.Refusal), Is.EqualTo(("400 invalid", "400 invalid")));
        Assert.That((string?)same["storageClass"], Is.EqualTo("NEARLINE"));
    }

    [Test]
    public async Task A_wrong_checksum_of_the_result_is_refused()
    {
        await using PlainClient client = await StartAsync(1);

        Assert.That((await client.JsonAsync(HttpMethod.Post, Compose("whole"), Body(["p0"], """{"crc32c":"AAAAAA=="}"""))).Refusal, Is.EqualTo("400 invalid"));
        Assert.That((await client.GetAsync(PlainClient.Path("whole"))).Status, Is.EqualTo(404));
    }

    private static string Compose(string name, string query = "") => PlainClient.Path(name) + "/compose" + query;

    private static string Body(IEnumerable<string> sources, string destination = "{}") =>
        $$"""{"kind":"storage#composeRequest","destination":{{destination}},"sourceObjects":[{{string.Join(',', sources.Select(static name => $$"""{"name":"{{name}}"}"""))}}]}""";

    private static async Task<PlainClient> StartAsync(int parts)
    {
        PlainClient client = await PlainClient.StartAsync();
        for (int n = 0; n < parts; n++)
        {
            await client.PutAsync($"p{n}", $"<{n}>");
        }

        return client;
    }
}
