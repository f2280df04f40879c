using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Object Versioning": what the server keeps, and how it is listed and deleted.</summary>
public sealed class VersionTests
{
    private const string Bucket = "storage/v1/b/" + PlainClient.Bucket;
    private const string List = Bucket + "/o?versions=true&";

    [Test]
    public async Task Versions_are_kept_listed_over_all_pages_and_deleted_by_generation()
    {
        await using PlainClient client = await PlainClient.StartAsync(new GcsServerOptions { VersionsBuckets = true });
        await client.PutAsync("a", "1");
        await client.PutAsync("b", "1");
        await client.PutAsync("a", "2");
        await client.PutAsync("a", "3");
        await client.SendAsync(HttpMethod.Delete, PlainClient.Path("b"));

        List<JsonNode> all = [];
        string token = "";
        do
        {
            JsonObject page = await client.OkAsync(HttpMethod.Get, $"{List}maxResults=1&pageToken={token}");
            all.AddRange(page["items"]!.AsArray().Select(static item => item!));
            token = (string?)page["nextPageToken"] ?? "";
        }
        while (token.Length > 0);

        Assert.That(all.Select(static item => $"{item["name"]}{(item["timeDeleted"] is null ? "" : " noncurrent")}"), Is.EqualTo(
            new[] { "a noncurrent", "a noncurrent", "a", "b noncurrent" }));
        Assert.That((await client.GetAsync(PlainClient.Path("b"))).Status, Is.EqualTo(404));
        Assert.That((await client.SendAsync(HttpMethod.Delete, Bucket)).Refusal, Is.EqualTo("409 conflict"));
        foreach (JsonNode item in all)
        {
            Assert.That((await client.SendAsync(
                HttpMethod.Delete, $"{PlainClient.Path((string)item["name"]!)}?generation={item["generation"]}")).Status, Is.EqualTo(204));
        }

        Assert.That(client.Server.ObjectVersions, Is.Empty);
    }

    [Test]
    public async Task Without_versioning_nothing_is_kept()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("a", "1");
        await client.PutAsync("a", "2");

        Assert.That(client.Server.ObjectVersions, Has.Count.EqualTo(1));
    }
}
