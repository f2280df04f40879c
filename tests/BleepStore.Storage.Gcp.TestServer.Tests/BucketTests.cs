using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Buckets", and who is let in.</summary>
public sealed class BucketTests
{
    [Test]
    public async Task A_bucket_can_be_made_once_read_and_deleted_when_it_is_empty()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "x");

        PlainAnswer again = await client.JsonAsync(HttpMethod.Post, "storage/v1/b?project=p", """{"name":"bucket"}""");
        JsonObject found = await client.OkAsync(HttpMethod.Get, "storage/v1/b/bucket");
        PlainAnswer full = await client.SendAsync(HttpMethod.Delete, "storage/v1/b/bucket");
        await client.SendAsync(HttpMethod.Delete, PlainClient.Path("o"));
        PlainAnswer empty = await client.SendAsync(HttpMethod.Delete, "storage/v1/b/bucket");
        PlainAnswer gone = await client.SendAsync(HttpMethod.Delete, "storage/v1/b/bucket");

        Assert.That(
            (again.Refusal, full.Refusal, empty.Status, gone.Refusal), Is.EqualTo(("409 conflict", "409 conflict", 204, "404 notFound")));
        Assert.That(
            ((string?)found["kind"], (string?)found["name"], (string?)found["storageClass"]),
            Is.EqualTo(("storage#bucket", "bucket", "STANDARD")));
        Assert.That((await client.GetAsync("storage/v1/b/bucket")).Refusal, Is.EqualTo("404 notFound"));
    }

    [Test]
    public async Task Buckets_are_listed_by_project_in_pages()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.OkAsync(HttpMethod.Post, "storage/v1/b?project=p", """{"name":"another"}""");
        await client.OkAsync(HttpMethod.Post, "storage/v1/b?project=q", """{"name":"elsewhere"}""");

        JsonObject first = await client.OkAsync(HttpMethod.Get, "storage/v1/b?project=p&maxResults=1");
        JsonObject second = await client.OkAsync(HttpMethod.Get, $"storage/v1/b?project=p&pageToken={(string?)first["nextPageToken"]}");

        Assert.That(((string?)first["items"]![0]!["name"], (string?)second["items"]![0]!["name"]), Is.EqualTo(("another", "bucket")));
        Assert.That(second["items"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await client.GetAsync("storage/v1/b")).Refusal, Is.EqualTo("400 required"));
    }

    [TestCase("ab")]
    [TestCase("Upper")]
    [TestCase("-dash")]
    [TestCase("dash-")]
    [TestCase("1.2.3.4")]
    [TestCase("google-bucket")]
    [TestCase("my-g00gle")]
    [TestCase("googbucket")]
    [TestCase("a..b")]
    [TestCase("sixty-four-characters-are-one-too-many-for-a-name-without-a-dot-x")]
    public async Task Names_that_the_service_refuses_are_refused(string name)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.JsonAsync(HttpMethod.Post, "storage/v1/b?project=p", $$"""{"name":"{{name}}"}""")).Refusal, Is.EqualTo("400 invalid"));
    }

    [TestCase("123")]
    [TestCase("a_b")]
    [TestCase("1.2.3")]
    [TestCase("a.b-c.d")]
    public async Task Names_that_the_service_takes_are_taken(string name)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        await client.OkAsync(HttpMethod.Post, "storage/v1/b?project=p", $$"""{"name":"{{name}}"}""");
    }

    [Test]
    public async Task What_is_written_without_a_storage_class_gets_the_buckets()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.OkAsync(HttpMethod.Post, "storage/v1/b?project=p", """{"name":"cold","storageClass":"COLDLINE"}""");

        PlainAnswer made = await client.SendAsync(
            HttpMethod.Post, "upload/storage/v1/b/cold/o?uploadType=media&name=o", new ByteArrayContent([1]));

        Assert.That((string?)made.Json["storageClass"], Is.EqualTo("COLDLINE"));
    }

    [Test]
    public async Task Only_the_right_token_is_let_in()
    {
        await using PlainClient client = await PlainClient.StartAsync(new GcsServerOptions { AccessToken = "right" });

        Assert.That((await client.GetAsync("storage/v1/b/bucket")).Status, Is.EqualTo(200));
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        Assert.That((await client.GetAsync("storage/v1/b/bucket")).Refusal, Is.EqualTo("401 authError"));
        client.Http.DefaultRequestHeaders.Authorization = null;
        Assert.That((await client.GetAsync("storage/v1/b/bucket")).Refusal, Is.EqualTo("401 required"));
    }
}
