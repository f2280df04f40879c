using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Objects: patch", "Objects: delete".</summary>
public sealed class ObjectTests
{
    [Test]
    public async Task A_patch_changes_what_it_names_removes_what_is_null_and_keeps_the_rest()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        JsonObject before = (await client.PutMultipartAsync("""{"name":"o","cacheControl":"private","contentLanguage":"en","metadata":{"a":"1","b":"2"}}""", [1])).Json;

        JsonObject after = await client.OkAsync(HttpMethod.Patch, PlainClient.Path("o"), """{"cacheControl":"public","contentLanguage":null,"metadata":{"a":null,"c":"3"}}""");

        Assert.Multiple(() =>
        {
            Assert.That((string?)after["generation"], Is.EqualTo((string?)before["generation"]));
            Assert.That((string?)after["metageneration"], Is.EqualTo("2"));
            Assert.That((string?)after["etag"], Is.Not.EqualTo((string?)before["etag"]));
            Assert.That((string?)after["cacheControl"], Is.EqualTo("public"));
            Assert.That(after.ContainsKey("contentLanguage"), Is.False);
            Assert.That((string?)after["contentType"], Is.EqualTo("text/plain"));
            Assert.That(JsonNode.DeepEquals(after["metadata"], JsonNode.Parse("""{"b":"2","c":"3"}""")), Is.True);
        });
    }

    [TestCase("ifMetagenerationMatch=1", 200)]
    [TestCase("ifMetagenerationMatch=2", 412)]
    [TestCase("ifGenerationMatch=1", 412)]
    public async Task A_patch_can_be_conditional(string condition, int status)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "x");

        Assert.That((await client.JsonAsync(HttpMethod.Patch, PlainClient.Path("o") + "?" + condition, """{"cacheControl":"x"}""")).Status, Is.EqualTo(status));
        Assert.That((string?)(await client.ResourceAsync("o"))["metageneration"], Is.EqualTo(status == 200 ? "2" : "1"));
    }

    [Test]
    public async Task The_storage_class_cannot_be_patched_nor_a_custom_time_be_taken_back()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutMultipartAsync("""{"name":"o","customTime":"2026-01-02T00:00:00Z"}""", [1]);

        PlainAnswer storageClass = await client.JsonAsync(HttpMethod.Patch, PlainClient.Path("o"), """{"storageClass":"NEARLINE"}""");
        PlainAnswer earlier = await client.JsonAsync(HttpMethod.Patch, PlainClient.Path("o"), """{"customTime":"2026-01-01T00:00:00Z"}""");
        PlainAnswer removed = await client.JsonAsync(HttpMethod.Patch, PlainClient.Path("o"), """{"customTime":null}""");

        Assert.That(new[] { storageClass.Refusal, earlier.Refusal, removed.Refusal }, Is.All.EqualTo("400 invalid"));
    }

    [Test]
    public async Task A_delete_removes_exactly_that_object_and_a_second_one_is_404()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "x");
        await client.PutAsync("o2", "x");
        await client.PutAsync("o/x", "x");

        PlainAnswer first = await client.SendAsync(HttpMethod.Delete, PlainClient.Path("o"));
        PlainAnswer second = await client.SendAsync(HttpMethod.Delete, PlainClient.Path("o"));

        Assert.That((first.Status, first.Text, second.Refusal), Is.EqualTo((204, "", "404 notFound")));
        Assert.That((await client.GetAsync(PlainClient.Path("o2"))).Status, Is.EqualTo(200));
        Assert.That((await client.GetAsync(PlainClient.Path("o/x"))).Status, Is.EqualTo(200));
    }

    [TestCase("ifGenerationMatch={0}", 204)]
    [TestCase("ifGenerationMatch=1", 412)]
    [TestCase("ifGenerationMatch=0", 412)]
    [TestCase("ifMetagenerationMatch=2", 412)]
    [TestCase("generation={0}", 204)]
    [TestCase("generation=1", 404)]
    public async Task A_delete_can_be_conditional(string condition, int status)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "x");
        string query = "?" + condition.Replace("{0}", await client.GenerationAsync("o"), StringComparison.Ordinal);

        Assert.That((await client.SendAsync(HttpMethod.Delete, PlainClient.Path("o") + query)).Status, Is.EqualTo(status));
        Assert.That((await client.GetAsync(PlainClient.Path("o"))).Status, Is.EqualTo(status == 204 ? 404 : 200));
    }

    [Test]
    public async Task A_path_that_is_no_method_is_404()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.GetAsync("storage/v1/nothing")).Refusal, Is.EqualTo("404 notFound"));
        Assert.That((await client.GetAsync(PlainClient.Path("o") + "/acl")).Refusal, Is.EqualTo("404 notFound"));
        Assert.That((await client.SendAsync(HttpMethod.Put, "storage/v1/b")).Refusal, Is.EqualTo("405 methodNotAllowed"));
    }
}
