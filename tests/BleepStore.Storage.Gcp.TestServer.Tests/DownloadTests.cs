using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Objects: get", "Transcoding of gzip-compressed files".</summary>
public sealed class DownloadTests
{
    private const string Media = "?alt=media";

    [Test]
    public async Task Media_comes_with_generation_hash_and_properties_and_without_custom_metadata()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutMultipartAsync("""{"name":"o","cacheControl":"private","contentLanguage":"en","contentDisposition":"inline","metadata":{"secret":"yes"}}""", "123456789"u8.ToArray());
        JsonObject resource = await client.ResourceAsync("o");

        PlainAnswer answer = await client.GetAsync(PlainClient.Path("o") + Media);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Text, Is.EqualTo("123456789"));
            Assert.That(answer["Content-Length"], Is.EqualTo("9"));
            Assert.That(answer["Content-Type"], Is.EqualTo("text/plain"));
            Assert.That(answer["Cache-Control"], Is.EqualTo("private"));
            Assert.That(answer["x-goog-generation"], Is.EqualTo((string?)resource["generation"]));
            Assert.That(answer["x-goog-hash"], Is.EqualTo($"crc32c={(string?)resource["crc32c"]},md5={(string?)resource["md5Hash"]}"));
            Assert.That(answer["x-goog-stored-content-encoding"], Is.EqualTo("identity"));
            Assert.That(
                answer.Headers.Keys.Any(static name => name.StartsWith("x-goog-meta-", StringComparison.OrdinalIgnoreCase)), Is.False);
        });
    }

    [TestCase("bytes=0-", 206, "0123456789", "bytes 0-9/10")]
    [TestCase("bytes=3-", 206, "3456789", "bytes 3-9/10")]
    [TestCase("bytes=3-5", 206, "345", "bytes 3-5/10")]
    [TestCase("bytes=0-0", 206, "0", "bytes 0-0/10")]
    [TestCase("bytes=8-99", 206, "89", "bytes 8-9/10")]
    [TestCase("bytes=-4", 206, "6789", "bytes 6-9/10")]
    [TestCase("bytes=-99", 206, "0123456789", "bytes 0-9/10")]
    [TestCase("bytes=x", 200, "0123456789", null)]
    [TestCase("bytes=0-1,3-4", 200, "0123456789", null)]
    public async Task Ranges(string range, int status, string text, string? contentRange)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "0123456789");

        PlainAnswer answer = await client.GetAsync(PlainClient.Path("o") + Media, ("Range", range));

        Assert.That((answer.Status, answer.Text, answer["Content-Range"]), Is.EqualTo((status, text, contentRange)));
    }

    [TestCase("0123456789", "bytes=10-", "bytes */10")]
    [TestCase("0123456789", "bytes=-0", "bytes */10")]
    [TestCase("", "bytes=0-", "bytes */0")]
    public async Task A_range_without_a_byte_is_416_with_the_size(string text, string range, string contentRange)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", text);

        PlainAnswer answer = await client.GetAsync(PlainClient.Path("o") + Media, ("Range", range));

        Assert.That((answer.Status, answer["Content-Range"]), Is.EqualTo((416, contentRange)));
    }

    [TestCase("ifGenerationMatch={0}", 200)]
    [TestCase("ifGenerationMatch=1", 412)]
    [TestCase("ifGenerationNotMatch={0}", 304)]
    [TestCase("ifMetagenerationNotMatch=1", 304)]
    [TestCase("generation={0}", 200)]
    [TestCase("generation=1", 404)]
    public async Task Conditions_of_a_read_answer_412_and_304(string condition, int status)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", "x");
        string query = condition.Replace("{0}", await client.GenerationAsync("o"), StringComparison.Ordinal);

        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?" + query)).Status, Is.EqualTo(status));
        Assert.That((await client.GetAsync(PlainClient.Path("o") + Media + "&" + query)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_missing_object_is_404_in_JSON_and_of_media_in_plain_text()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        PlainAnswer resource = await client.GetAsync(PlainClient.Path("none"));
        PlainAnswer media = await client.GetAsync(PlainClient.Path("none") + Media);
        PlainAnswer bucket = await client.GetAsync(PlainClient.Path("none", "nowhere"));

        Assert.That(resource.Refusal, Is.EqualTo("404 notFound"));
        Assert.That((media.Status, media.Text), Is.EqualTo((404, "No such object: bucket/none")));
        Assert.That(
            (bucket.Refusal, (string?)bucket.Json["error"]!["message"]),
            Is.EqualTo(("404 notFound", "The specified bucket does not exist.")));
    }

    [Test]
    public async Task Gzip_is_sent_as_it_is_to_who_takes_it()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        byte[] packed = Gzip("text");
        await client.PutMultipartAsync("""{"name":"o","contentEncoding":"gzip"}""", packed);

        PlainAnswer answer = await client.GetAsync(PlainClient.Path("o") + Media, ("Accept-Encoding", "gzip"));

        Assert.That((answer.Bytes, answer["Content-Encoding"], answer["Content-Length"]), Is.EqualTo((packed, "gzip", $"{packed.Length}")));
    }

    [Test]
    public async Task Gzip_is_decompressed_for_who_does_not_take_it_and_the_range_is_ignored()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        byte[] packed = Gzip("text");
        JsonObject resource = (await client.PutMultipartAsync("""{"name":"o","contentEncoding":"gzip"}""", packed)).Json;

        PlainAnswer answer = await client.GetAsync(PlainClient.Path("o") + Media, ("Range", "bytes=1-2"));

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Text), Is.EqualTo((200, "text")));
            Assert.That(answer["Content-Encoding"], Is.Null);
            Assert.That(answer["Content-Length"], Is.Null);
            Assert.That(answer["Warning"], Is.EqualTo("214 UploadServer gunzipped"));
            Assert.That(answer["x-goog-stored-content-encoding"], Is.EqualTo("gzip"));
            Assert.That(answer["x-goog-hash"], Does.Contain((string?)resource["crc32c"]));
        });
    }

    [Test]
    public async Task Gzip_with_no_transform_is_never_decompressed()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        byte[] packed = Gzip("text");
        await client.PutMultipartAsync("""{"name":"o","contentEncoding":"gzip","cacheControl":"no-transform"}""", packed);

        Assert.That((await client.GetAsync(PlainClient.Path("o") + Media)).Bytes, Is.EqualTo(packed));
    }

    private static byte[] Gzip(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
