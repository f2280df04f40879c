using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>Tests "Objects: rewrite" and "Objects: copy".</summary>
public sealed class CopyTests
{
    private const int MiB = 1024 * 1024;

    [TestCase("rewriteTo")]
    [TestCase("copyTo")]
    public async Task A_copy_without_a_resource_takes_the_metadata_of_the_source(string method)
    {
        await using PlainClient client = await StartAsync();

        JsonObject made = Resource(await client.OkAsync(HttpMethod.Post, Path(method)));

        Assert.Multiple(() =>
        {
            Assert.That((string?)made["name"], Is.EqualTo("to"));
            Assert.That((string?)made["contentType"], Is.EqualTo("image/png"));
            Assert.That((string?)made["metadata"]!["n"], Is.EqualTo("v"));
            Assert.That((string?)made["md5Hash"], Is.Not.Null);
        });
        Assert.That((await client.GetAsync(PlainClient.Path("to") + "?alt=media")).Text, Is.EqualTo("source"));
    }

    [TestCase("rewriteTo")]
    [TestCase("copyTo")]
    public async Task A_copy_with_a_resource_takes_that_and_nothing_else(string method)
    {
        await using PlainClient client = await StartAsync();

        JsonObject made = Resource(await client.OkAsync(HttpMethod.Post, Path(method), """{"contentLanguage":"de"}"""));

        Assert.That(
            (made.ContainsKey("contentType"), made.ContainsKey("metadata"), (string?)made["contentLanguage"]),
            Is.EqualTo((false, false, "de")));
    }

    [TestCase("ifSourceGenerationMatch={0}", 200)]
    [TestCase("ifSourceGenerationMatch=1", 412)]
    [TestCase("ifSourceGenerationNotMatch={0}", 412)]
    [TestCase("ifSourceMetagenerationMatch=1", 200)]
    [TestCase("ifSourceMetagenerationMatch=2", 412)]
    [TestCase("sourceGeneration={0}", 200)]
    [TestCase("sourceGeneration=1", 404)]
    [TestCase("ifGenerationMatch=0", 200)]
    [TestCase("ifGenerationMatch=1", 412)]
    public async Task Both_sides_can_be_conditional(string condition, int status)
    {
        await using PlainClient client = await StartAsync();
        string query = "?" + condition.Replace("{0}", await client.GenerationAsync("from"), StringComparison.Ordinal);
        foreach (string method in new[] { "rewriteTo", "copyTo" })
        {
            Assert.That((await client.SendAsync(HttpMethod.Post, Path(method) + query)).Status, Is.EqualTo(status), method);
            await client.SendAsync(HttpMethod.Delete, PlainClient.Path("to"));
        }
    }

    [Test]
    public async Task A_missing_source_is_404_and_leaves_the_destination()
    {
        await using PlainClient client = await StartAsync();
        await client.PutAsync("to", "old");

        PlainAnswer answer = await client.SendAsync(HttpMethod.Post, $"{PlainClient.Path("none")}/rewriteTo/b/{PlainClient.Bucket}/o/to");

        Assert.That(answer.Refusal, Is.EqualTo("404 notFound"));
        Assert.That((await client.GetAsync(PlainClient.Path("to") + "?alt=media")).Text, Is.EqualTo("old"));
    }

    [Test]
    public async Task A_rewrite_can_take_several_calls_and_shows_nothing_before_the_last()
    {
        await using PlainClient client = await StartAsync(new GcsServerOptions { RewriteBytesPerCall = MiB });
        await client.PutAsync("from", new byte[(2 * MiB) + 1]);

        JsonObject first = await client.OkAsync(HttpMethod.Post, Path("rewriteTo"));
        JsonObject second = await client.OkAsync(HttpMethod.Post, $"{Path("rewriteTo")}?rewriteToken={(string?)first["rewriteToken"]}");
        int before = (await client.GetAsync(PlainClient.Path("to"))).Status;
        JsonObject third = await client.OkAsync(HttpMethod.Post, $"{Path("rewriteTo")}?rewriteToken={(string?)second["rewriteToken"]}");

        Assert.Multiple(() =>
        {
            Assert.That(
                ((bool?)first["done"], (string?)first["totalBytesRewritten"], (string?)first["objectSize"]),
                Is.EqualTo((false, $"{MiB}", $"{(2 * MiB) + 1}")));
            Assert.That(((bool?)second["done"], second.ContainsKey("resource")), Is.EqualTo((false, false)));
            Assert.That(before, Is.EqualTo(404));
            Assert.That(
                ((bool?)third["done"], third.ContainsKey("rewriteToken"), (string?)third["resource"]!["size"]),
                Is.EqualTo((true, false, $"{(2 * MiB) + 1}")));
        });
    }

    [Test]
    public async Task A_rewrite_token_is_for_the_same_call_and_the_same_source_only()
    {
        await using PlainClient client = await StartAsync(new GcsServerOptions { RewriteBytesPerCall = MiB });
        await client.PutAsync("from", new byte[2 * MiB]);

        async Task<string> TokenAsync() =>
            $"?rewriteToken={(string?)(await client.OkAsync(HttpMethod.Post, Path("rewriteTo")))["rewriteToken"]}";
        PlainAnswer otherBody = await client.JsonAsync(HttpMethod.Post, Path("rewriteTo") + await TokenAsync(), """{"contentType":"a/b"}""");
        PlainAnswer otherPlace = await client.SendAsync(HttpMethod.Post, Path("rewriteTo", "elsewhere") + await TokenAsync());
        PlainAnswer madeUp = await client.SendAsync(HttpMethod.Post, Path("rewriteTo") + "?rewriteToken=x");
        string token = await TokenAsync();
        await client.PutAsync("from", new byte[2 * MiB]);
        PlainAnswer changed = await client.SendAsync(HttpMethod.Post, Path("rewriteTo") + token);

        Assert.That(
            new[] { otherBody.Refusal, otherPlace.Refusal, madeUp.Refusal, changed.Refusal },
            Is.EqualTo(new[] { "400 invalid", "400 invalid", "400 invalid", "412 conditionNotMet" }));
        Assert.That((await client.GetAsync(PlainClient.Path("to"))).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_clients_limit_is_whole_mebibytes_and_counts_only_across_storage_classes()
    {
        await using PlainClient client = await StartAsync();
        await client.PutAsync("from", new byte[2 * MiB]);

        PlainAnswer half = await client.SendAsync(HttpMethod.Post, Path("rewriteTo") + $"?maxBytesRewrittenPerCall={MiB / 2}");
        JsonObject same = await client.OkAsync(HttpMethod.Post, Path("rewriteTo") + $"?maxBytesRewrittenPerCall={MiB}");
        JsonObject other = await client.OkAsync(HttpMethod.Post, Path("rewriteTo") + $"?maxBytesRewrittenPerCall={MiB}", """{"storageClass":"NEARLINE"}""");

        Assert.That((half.Refusal, (bool?)same["done"], (bool?)other["done"]), Is.EqualTo(("400 invalid", true, false)));
    }

    [Test]
    public async Task A_composite_stays_one_without_MD5_and_has_one_component_in_another_class()
    {
        await using PlainClient client = await StartAsync();
        await client.OkAsync(HttpMethod.Post, PlainClient.Path("from") + "/compose", """{"sourceObjects":[{"name":"from"},{"name":"from"}]}""");

        JsonObject same = Resource(await client.OkAsync(HttpMethod.Post, Path("rewriteTo")));
        JsonObject other = Resource(await client.OkAsync(HttpMethod.Post, Path("rewriteTo"), """{"storageClass":"NEARLINE"}"""));

        Assert.That(((int?)same["componentCount"], same.ContainsKey("md5Hash")), Is.EqualTo((2, false)));
        Assert.That(
            ((int?)other["componentCount"], other.ContainsKey("md5Hash"), (string?)other["storageClass"]),
            Is.EqualTo((1, false, "NEARLINE")));
    }

    [Test]
    public async Task A_copy_onto_itself_makes_a_new_generation()
    {
        await using PlainClient client = await StartAsync();
        string before = await client.GenerationAsync("from");

        await client.OkAsync(HttpMethod.Post, Path("rewriteTo", "from"), """{"contentType":"a/b"}""");

        JsonObject after = await client.ResourceAsync("from");
        Assert.That(((string?)after["contentType"], (string?)after["generation"] == before), Is.EqualTo(("a/b", false)));
    }

    private static string Path(string method, string to = "to") => $"{PlainClient.Path("from")}/{method}/b/{PlainClient.Bucket}/o/{to}";

    private static JsonObject Resource(JsonObject answer) => answer["resource"]?.AsObject() ?? answer;

    private static async Task<PlainClient> StartAsync(GcsServerOptions? options = null)
    {
        PlainClient client = await PlainClient.StartAsync(options);
        await client.PutMultipartAsync("""{"name":"from","contentType":"image/png","metadata":{"n":"v"}}""", "source"u8.ToArray());
        return client;
    }
}
