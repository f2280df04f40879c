using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.AspNetCore.Tests.Uploads;

/// <summary>Bodies of requests that become objects.</summary>
[TestFixture(HttpProtocols.Http1)]
[TestFixture(HttpProtocols.Http2)]
public sealed class UploadTests(HttpProtocols protocols)
{
    [Test]
    public async Task A_body_becomes_an_object_with_its_type_coding_and_language()
    {
        await using WebApp app = await StartAsync();
        byte[] bytes = Payload.Bytes(100_000);
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        content.Headers.ContentEncoding.Add("br");
        content.Headers.ContentLanguage.Add("de");
        content.Headers.ContentLanguage.Add("en");
        content.Headers.ContentMD5 = Payload.Md5(bytes);

        using HttpResponseMessage answer = await PutAsync(app, content);

        ObjectProperties stored = await app.Bucket.HeadAsync("a");
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(stored.Size, Is.EqualTo(bytes.Length));
            Assert.That(stored.ETag, Is.EqualTo(Convert.ToHexStringLower(Payload.Md5(bytes))));
            Assert.That(stored.ContentType, Is.EqualTo("image/png"));
            Assert.That(stored.ContentEncoding, Is.EqualTo("br"));
            Assert.That(stored.ContentLanguage, Is.EqualTo("de, en"));
            Assert.That(stored.CacheControl, Is.Null);
        });
    }

    [Test]
    public async Task A_body_of_unknown_length_becomes_an_object()
    {
        await using WebApp app = await StartAsync();
        byte[] bytes = Payload.Bytes(100_000);

        using HttpResponseMessage answer = await PutAsync(app, new StreamContent(new ForwardOnly(bytes)));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await using ObjectReader reader = await app.Bucket.GetAsync("a");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
    }

    [TestCase("a.txt", "a.txt")]
    [TestCase("a/b%20c/d", "a/b c/d")]
    [TestCase("a%252Fb", "a%2Fb")]
    [TestCase("a//b", "a//b")]
    [TestCase("%C3%A9", "é")]
    public async Task A_key_in_a_path_is_the_one_that_a_download_of_the_path_reads(string path, string key)
    {
        await using WebApp app = await StartWithKeysAsync();
        using HttpRequestMessage put = app.Request(HttpMethod.Put, "/files/" + path);
        put.Content = new StringContent("text");

        using HttpResponseMessage answer = await app.Client.SendAsync(put);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await app.Bucket.GetTextAsync(key), Is.EqualTo("text"));
        using HttpResponseMessage read = await app.GetAsync("/files/" + path);
        Assert.That(await read.Content.ReadAsStringAsync(), Is.EqualTo("text"));
    }

    [TestCase("/files/a%2Fb", 400)]
    [TestCase("/files/", 400)]
    [TestCase("/other/a", 500)]
    [TestCase("/inner/a/content", 500)]
    public async Task A_path_without_a_key_that_a_download_could_read_is_refused(string path, int status)
    {
        await using WebApp app = await StartWithKeysAsync();
        using HttpRequestMessage put = app.Request(HttpMethod.Put, path);
        put.Content = new StringContent("text");

        using HttpResponseMessage answer = await app.Client.SendAsync(put);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await app.Bucket.ListAsync().CountAsync(), Is.Zero);
    }

    [Test]
    public async Task What_the_application_says_wins()
    {
        var put = new PutOptions { ContentType = "text/csv", CacheControl = "no-store", IfAbsent = true };
        await using WebApp app = await StartAsync(new ObjectUploadOptions { Put = put });
        using var first = new StringContent("1", Encoding.UTF8, "text/html");
        using var second = new StringContent("2", Encoding.UTF8, "text/html");

        using HttpResponseMessage created = await PutAsync(app, first);
        using HttpResponseMessage refused = await PutAsync(app, second, ("If-Match", "*"));

        Assert.That(created.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("1"));
        Assert.That((await app.Bucket.HeadAsync("a")).ContentType, Is.EqualTo("text/csv"));
        Assert.That((await app.Bucket.HeadAsync("a")).CacheControl, Is.EqualTo("no-store"));
    }

    [TestCase("other", 400, "BadDigest")]
    [TestCase("malformed", 400, "Content-MD5")]
    public async Task A_body_with_another_MD5_stores_nothing(string what, int status, string says)
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", "old"u8.ToArray());
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.TryAddWithoutValidation("Content-MD5", what == "malformed" ? "abc" : Convert.ToBase64String(Payload.Md5([1])));

        using HttpResponseMessage answer = await PutAsync(app, content);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(says));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [TestCase("If-None-Match", "*", 412)]
    [TestCase("If-None-Match", "{0}", 412)]
    [TestCase("If-None-Match", "\"x\", W/{0}", 412)]
    [TestCase("If-None-Match", "\"x\"", 200)]
    [TestCase("If-Match", "*", 200)]
    [TestCase("If-Match", "{0}", 200)]
    [TestCase("If-Match", "\"x\"", 412)]
    [TestCase("If-Match", "W/{0}", 412)]
    [TestCase("If-Match", "\"x\", {0}", 200)]
    [TestCase("If-Match", "\"x\", \"y\"", 412)]
    [TestCase("If-Match", "malformed", 412)]
    [TestCase("If-Unmodified-Since", "{1}", 200)]
    [TestCase("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 412)]
    [TestCase("If-Unmodified-Since", "yesterday", 200)]
    public async Task A_condition_on_an_object_that_is_there(string header, string value, int status)
    {
        await using WebApp app = await StartAsync();
        ObjectProperties old = await app.Bucket.PutAsync("a", "old"u8.ToArray());
        string text = value.Replace("{0}", $"\"{old.ETag}\"", StringComparison.Ordinal)
            .Replace("{1}", old.LastModified.ToString("R"), StringComparison.Ordinal);

        using HttpResponseMessage answer = await PutAsync(app, new StringContent("new"), (header, text));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo(status == 200 ? "new" : "old"));
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [TestCase("If-None-Match", "*", 200)]
    [TestCase("If-None-Match", "\"x\"", 200)]
    [TestCase("If-Match", "*", 412)]
    [TestCase("If-Match", "\"x\"", 412)]
    [TestCase("If-Match", "\"x\", \"y\"", 412)]
    public async Task A_condition_where_no_object_is(string header, string value, int status)
    {
        await using WebApp app = await StartAsync();

        using HttpResponseMessage answer = await PutAsync(app, new StringContent("new"), (header, value));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await app.Bucket.ExistsAsync("a"), Is.EqualTo(status == 200));
    }

    [Test]
    public async Task A_list_is_decided_for_the_object_that_was_compared()
    {
        await using WebApp app = await StartAsync();
        ObjectProperties old = await app.Bucket.PutAsync("a", "old"u8.ToArray());
        app.Backend.Before = request =>
        {
            // Somebody else writes between the look and the write.
            if (request == "put" && app.Backend.Requests.Count(static one => one == "put") == 2)
            {
                app.Backend.Before = null;
                app.Bucket.PutAsync("a", "other"u8.ToArray()).GetAwaiter().GetResult();
            }
        };

        using HttpResponseMessage answer = await PutAsync(app, new StringContent("new"), ("If-Match", $"\"x\", \"{old.ETag}\""));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("other"));
    }

    [Test]
    public async Task A_part_of_an_object_cannot_be_put()
    {
        await using WebApp app = await StartAsync();
        using var content = new StringContent("x");
        content.Headers.ContentRange = new ContentRangeHeaderValue(0, 0, 10);

        using HttpResponseMessage answer = await PutAsync(app, content);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await app.Bucket.ExistsAsync("a"), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_body_over_the_limit_is_413_and_stores_nothing(bool isLengthKnown)
    {
        await using WebApp app = await StartAsync(new ObjectUploadOptions { MaxLength = 1_000_000 });
        await app.Bucket.PutAsync("a", "old"u8.ToArray());

        using HttpResponseMessage tooLarge = await PutAsync(app, Content(1_000_001));
        using HttpResponseMessage other = await PutAsync(app, Content(10));

        Assert.That(tooLarge.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await tooLarge.Content.ReadAsStringAsync(), Does.Contain("EntityTooLarge"));
        Assert.That(tooLarge.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That((await app.Bucket.HeadAsync("a")).Size, Is.EqualTo(10));
        Assert.That(app.Log.Errors, Is.Empty);

        HttpContent Content(int length) =>
            isLengthKnown ? new ByteArrayContent(new byte[length]) : new StreamContent(new ForwardOnly(new byte[length]));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_body_of_exactly_the_limit_is_stored(bool isLengthKnown)
    {
        await using WebApp app = await StartAsync(new ObjectUploadOptions { MaxLength = 100_000 });
        byte[] bytes = Payload.Bytes(100_000);

        using HttpResponseMessage answer = await PutAsync(
            app, isLengthKnown ? new ByteArrayContent(bytes) : new StreamContent(new ForwardOnly(bytes)));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await app.Bucket.HeadAsync("a")).ETag, Is.EqualTo(Convert.ToHexStringLower(Payload.Md5(bytes))));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_body_over_the_limit_of_the_server_is_413(bool isLengthKnown)
    {
        await using WebApp app = await StartAsync();
        byte[] bytes = new byte[30_000_001];

        using HttpResponseMessage answer = await PutAsync(
            app, isLengthKnown ? new ByteArrayContent(bytes) : new StreamContent(new ForwardOnly(bytes)));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await app.Bucket.ExistsAsync("a"), Is.False);
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [Test]
    public async Task A_limit_above_that_of_the_server_takes_its_place()
    {
        await using WebApp app = await StartAsync(new ObjectUploadOptions { MaxLength = 40_000_000 });

        using HttpResponseMessage answer = await PutAsync(app, new ByteArrayContent(new byte[30_000_001]));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await app.Bucket.HeadAsync("a")).Size, Is.EqualTo(30_000_001));
    }

    private static Task<HttpResponseMessage> PutAsync(WebApp app, HttpContent content, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = app.Request(HttpMethod.Put, "/up/a");
        request.Content = content;

        // The connection can break before a client has read the refusal of its body.
        request.Headers.ExpectContinue = true;
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return app.Client.SendAsync(request);
    }

    private Task<WebApp> StartWithKeysAsync() => WebApp.StartAsync(
        static app =>
        {
            app.UseExceptionHandler();
            app.MapObjects("/files", WebApp.FilesOf);
            app.MapPut("/files/{**key}", PutAsync);
            app.MapPut("/other/{name}", PutAsync);
            app.MapPut("/inner/{key}/content", PutAsync);

            static async Task<string> PutAsync(HttpRequest request) =>
                (await request.PutObjectAsync(WebApp.FilesOf(request.HttpContext), request.GetObjectKey())).ETag;
        },
        static (builder, _) => builder.Services.AddBleepStoreProblemDetails(),
        protocols);

    private Task<WebApp> StartAsync(ObjectUploadOptions? options = null) => WebApp.StartAsync(
        app =>
        {
            app.UseExceptionHandler();
            app.MapPut("/up/{**key}", async (string key, HttpRequest request) => (
                await request.PutObjectAsync(WebApp.FilesOf(request.HttpContext), key, options)).ETag);
        },
        static (builder, _) => builder.Services.AddBleepStoreProblemDetails(),
        protocols);
}
