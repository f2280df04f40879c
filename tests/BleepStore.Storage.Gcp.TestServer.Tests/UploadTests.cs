using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Objects: insert", "Hashes and ETags", "Request preconditions".</summary>
public sealed class UploadTests
{
    /// <summary>The check value of CRC-32C (RFC 3720, appendix B.4, and every catalogue): 0xE3069283.</summary>
    private const string CheckInput = "123456789";
    private const string CheckCrc = "4waSgw==";

    private static readonly string CheckMd5 = Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes(CheckInput)));

    [Test]
    public async Task A_media_upload_makes_an_object_with_both_hashes()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        JsonObject resource = (await client.PutAsync("a/b c.txt", CheckInput)).Json;

        Assert.Multiple(() =>
        {
            Assert.That((string?)resource["kind"], Is.EqualTo("storage#object"));
            Assert.That((string?)resource["name"], Is.EqualTo("a/b c.txt"));
            Assert.That((string?)resource["size"], Is.EqualTo("9"));
            Assert.That((string?)resource["crc32c"], Is.EqualTo(CheckCrc));
            Assert.That((string?)resource["md5Hash"], Is.EqualTo(CheckMd5));
            Assert.That((string?)resource["contentType"], Is.EqualTo("text/plain"));
            Assert.That((string?)resource["metageneration"], Is.EqualTo("1"));
            Assert.That((string?)resource["storageClass"], Is.EqualTo("STANDARD"));
            Assert.That(resource.ContainsKey("componentCount"), Is.False);
        });
        Assert.That((await client.GetAsync(PlainClient.Path("a/b c.txt") + "?alt=media")).Text, Is.EqualTo(CheckInput));
    }

    [Test]
    public async Task A_multipart_upload_carries_everything_in_one_request()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string sent = $$"""
            {"name":"o","contentType":"image/png","contentEncoding":"br","contentLanguage":"de","contentDisposition":"inline","cacheControl":"no-cache",
             "storageClass":"NEARLINE","metadata":{"Any Name":"Wert ü"},"md5Hash":"{{CheckMd5}}","crc32c":"{{CheckCrc}}"}
            """;

        PlainAnswer answer = await client.PutMultipartAsync(sent, Encoding.UTF8.GetBytes(CheckInput));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        JsonObject stored = await client.ResourceAsync("o");
        foreach ((string property, JsonNode? value) in JsonNode.Parse(sent)!.AsObject())
        {
            Assert.That(JsonNode.DeepEquals(stored[property], value), Is.True, property);
        }
    }

    [TestCase("""{"name":"o","md5Hash":"1B2M2Y8AsgTpgAmY7PhCfg=="}""")]
    [TestCase("""{"name":"o","crc32c":"AAAAAA=="}""")]
    public async Task A_wrong_hash_is_400_and_keeps_the_old_object(string resource)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "old");

        PlainAnswer answer = await client.PutMultipartAsync(resource, "new"u8.ToArray());

        Assert.That(answer.Refusal, Is.EqualTo("400 invalid"));
        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?alt=media")).Text, Is.EqualTo("old"));
    }

    [Test]
    public async Task Every_write_makes_a_greater_generation()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        var generations = new List<long>();
        for (int n = 0; n < 5; n++)
        {
            generations.Add(long.Parse(
                (string)(await client.PutAsync("o", "same")).Json["generation"]!, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.That(generations, Is.Ordered.Ascending);
        Assert.That(generations, Is.Unique);
    }

    [Test]
    public async Task Zero_as_generation_to_match_means_that_there_is_no_object()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.PutAsync("o", "first", "&ifGenerationMatch=0")).Status, Is.EqualTo(200));
        PlainAnswer second = await client.PutAsync("o", "second", "&ifGenerationMatch=0");

        Assert.That(second.Refusal, Is.EqualTo("412 conditionNotMet"));
        Assert.That((string?)second.Json["error"]!["errors"]![0]!["location"], Is.EqualTo("If-Match"));
        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?alt=media")).Text, Is.EqualTo("first"));
    }

    [TestCase("ifGenerationMatch={0}", 200)]
    [TestCase("ifGenerationMatch=1", 412)]
    [TestCase("ifGenerationNotMatch={0}", 412)]
    [TestCase("ifGenerationNotMatch=0", 200)]
    [TestCase("ifMetagenerationMatch=1", 200)]
    [TestCase("ifMetagenerationMatch=2", 412)]
    [TestCase("ifMetagenerationNotMatch=1", 412)]
    [TestCase("ifMetagenerationNotMatch=2", 200)]
    [TestCase("ifGenerationMatch={0}&ifGenerationNotMatch=0", 400)]
    [TestCase("ifGenerationMatch=abc", 400)]
    [TestCase("ifGenerationMatch=-1", 400)]
    public async Task Conditions_of_a_write_are_tested_against_the_live_object(string condition, int status)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "old");
        string query = "&" + condition.Replace("{0}", await client.GenerationAsync("o"), StringComparison.Ordinal);

        PlainAnswer answer = await client.PutAsync("o", "new", query);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?alt=media")).Text, Is.EqualTo(status == 200 ? "new" : "old"));
    }

    [TestCase("ifGenerationMatch=1", 412)]
    [TestCase("ifGenerationNotMatch=0", 412)]
    [TestCase("ifMetagenerationMatch=1", 412)]
    [TestCase("ifGenerationNotMatch=1", 200)]
    public async Task Conditions_of_a_write_where_there_is_no_object(string condition, int status)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.PutAsync("o", "new", "&" + condition)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Of_many_creations_at_once_exactly_one_succeeds()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        PlainAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(n => client.PutAsync("o", $"{n}", "&ifGenerationMatch=0")));

        Assert.That(answers.Select(static answer => answer.Status).Order(), Is.EqualTo(Enumerable.Repeat(412, 19).Prepend(200)));
    }

    [TestCase("", "400 required")]
    [TestCase(".", "400 invalid")]
    [TestCase("..", "400 invalid")]
    [TestCase("a\rb", "400 invalid")]
    [TestCase("a\nb", "400 invalid")]
    [TestCase(".well-known/acme-challenge/x", "400 invalid")]
    public async Task Names_that_the_service_refuses_are_refused(string name, string refusal)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.PutAsync(name, "x")).Refusal, Is.EqualTo(refusal));
    }

    [Test]
    public async Task Names_may_have_1024_bytes_and_no_more()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string longest = string.Concat(Enumerable.Repeat("ü", 512));

        Assert.That((await client.PutAsync(longest, "x")).Status, Is.EqualTo(200));
        Assert.That((await client.PutAsync(longest + "x", "x")).Refusal, Is.EqualTo("400 invalid"));
    }

    [TestCase("a%2Fb")]
    [TestCase("a/../b")]
    [TestCase("./a")]
    [TestCase("//")]
    [TestCase("a?b#c&d=e+f")]
    [TestCase("%")]
    [TestCase("日本/𝄞")]
    [TestCase("x/o/y/compose")]
    public async Task Names_come_back_as_they_were(string name)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync(name, "x");

        JsonObject page = await client.OkAsync(HttpMethod.Get, $"storage/v1/b/{PlainClient.Bucket}/o");
        using var plain = new HttpRequestMessage(HttpMethod.Get, new Uri(
            client.Server.BaseUri + PlainClient.Path(name),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using HttpResponseMessage answer = await client.Http.SendAsync(plain);

        Assert.That((string?)page["items"]![0]!["name"], Is.EqualTo(name));
        Assert.That((string?)(await PlainAnswer.ReadAsync(answer)).Json["name"], Is.EqualTo(name));
    }

    [Test]
    public async Task Custom_metadata_beyond_8_KiB_is_refused()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        PlainAnswer fits = await client.PutMultipartAsync($$$"""{"name":"o","metadata":{"n":"{{{new string('x', 8191)}}}"}}""", [1]);
        PlainAnswer tooLarge = await client.PutMultipartAsync($$$"""{"name":"p","metadata":{"n":"{{{new string('x', 8192)}}}"}}""", [1]);

        Assert.That(fits.Status, Is.EqualTo(200));
        Assert.That(tooLarge.Refusal, Is.EqualTo("400 invalid"));
    }

    [TestCase("""{"name":"o","storageClass":"COOL"}""", "400 invalid")]
    [TestCase("""{"name":"o","contentType":5}""", "400 invalid")]
    [TestCase("""{"name":"o","metadata":{"n":5}}""", "400 invalid")]
    [TestCase("""{"name":"o","bucket":"other"}""", "400 invalid")]
    [TestCase("""{"name":"o",""", "400 parseError")]
    [TestCase("{}", "400 required")]
    [TestCase("""{"name":"o","acl":[]}""", "501 notImplemented")]
    public async Task Resources_that_make_no_sense_are_refused(string resource, string refusal)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.PutMultipartAsync(resource, [1])).Refusal, Is.EqualTo(refusal));
    }

    [Test]
    public async Task A_multipart_upload_is_exactly_two_parts_of_multipart_related()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        const string path = $"upload/storage/v1/b/{PlainClient.Bucket}/o?uploadType=multipart&name=o";

        PlainAnswer notRelated = await client.SendAsync(HttpMethod.Post, path, new StringContent("x"));
        PlainAnswer one = await client.SendAsync(HttpMethod.Post, path, new MultipartContent("related") { Json() });
        PlainAnswer three = await client.SendAsync(
            HttpMethod.Post, path, new MultipartContent("related") { Json(), new ByteArrayContent([1]), new ByteArrayContent([2]) });

        Assert.That(
            new[] { notRelated.Refusal, one.Refusal, three.Refusal }, Is.EqualTo(new[] { "400 invalid", "400 required", "400 invalid" }));
        Assert.That((await client.GetAsync(PlainClient.Path("o"))).Status, Is.EqualTo(404));

        static StringContent Json() => new("{}", Encoding.UTF8, "application/json");
    }

    [Test]
    public async Task A_body_that_ends_early_stores_nothing()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "old");
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync("127.0.0.1", client.Server.BaseUri.Port);
        System.Net.Sockets.NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /upload/storage/v1/b/{PlainClient.Bucket}/o?uploadType=media&name=o HTTP/1.1\r\nHost: x\r\nContent-Length: " +
            "100\r\n\r\nhalf"));
        tcp.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        try
        {
            await stream.CopyToAsync(Stream.Null);
        }
        catch (IOException)
        {
            // The server has nothing to say to who went away; that it closed the connection tells that it is done.
        }

        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?alt=media")).Text, Is.EqualTo("old"));
    }

    [Test]
    public async Task A_missing_bucket_is_404()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        PlainAnswer answer = await client.SendAsync(
            HttpMethod.Post, "upload/storage/v1/b/none/o?uploadType=media&name=o", new ByteArrayContent([1]));

        Assert.That(answer.Refusal, Is.EqualTo("404 notFound"));
    }

    [Test]
    public async Task A_parameter_that_the_server_does_not_know_is_not_ignored()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await client.PutAsync("o", "x", "&predefinedAcl=private")).Refusal, Is.EqualTo("501 notImplemented"));
    }
}
