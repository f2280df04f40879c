using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>Tests the answers that clients get, and their cost.</summary>
[TestFixture(HttpProtocols.Http1)]
[TestFixture(HttpProtocols.Http2)]
public sealed class DownloadTests(HttpProtocols protocols)
{
    private const string Digits = "0123456789";

    private static readonly DateTimeOffset Expiry = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Test]
    public async Task An_object_arrives_whole_with_its_headers_by_one_request()
    {
        await using WebApp app = await WebApp.ServingAsync(protocols: protocols);
        ObjectProperties stored = await app.Bucket.PutAsync("a.txt", Encoding.ASCII.GetBytes(Digits), new PutOptions
        {
            ContentType = "text/plain; charset=utf-8",
            ContentLanguage = "en",
            ContentEncoding = "identity",
            ContentDisposition = "inline; filename=\"a.txt\"",
            CacheControl = "max-age=60",
            Expires = Expiry,
        });
        app.Backend.Forget();

        using HttpResponseMessage answer = await app.GetAsync("/files/a.txt");

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(Digits));
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.Version.Major, Is.EqualTo(protocols == HttpProtocols.Http2 ? 2 : 1));
            Assert.That(answer.Headers.ETag, Is.EqualTo(new EntityTagHeaderValue($"\"{stored.ETag}\"")));
            Assert.That(answer.Headers.AcceptRanges, Is.EqualTo(new[] { "bytes" }));
            Assert.That(answer.Headers.CacheControl!.MaxAge, Is.EqualTo(TimeSpan.FromSeconds(60)));
            Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(10));
            Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; charset=utf-8"));
            Assert.That(answer.Content.Headers.ContentLanguage, Is.EqualTo(new[] { "en" }));
            Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "identity" }));
            Assert.That(answer.Content.Headers.ContentDisposition!.ToString(), Is.EqualTo("inline; filename=\"a.txt\""));
            Assert.That(answer.Content.Headers.Expires, Is.EqualTo(Expiry));
            Assert.That(
                answer.Content.Headers.LastModified!.Value.ToUnixTimeSeconds(), Is.EqualTo(stored.LastModified.ToUnixTimeSeconds()));
            Assert.That(app.Backend.Requests, Is.EqualTo(new[] { "get" }));
        });
        await Until.TrueAsync(() => app.Backend.OpenBodies == 0, "the body is closed");
    }

    [Test]
    public async Task HEAD_has_the_headers_of_GET_by_one_request_for_properties()
    {
        await using WebApp app = await AppAsync("text/plain");

        using HttpResponseMessage get = await app.GetAsync("/files/a.txt");
        app.Backend.Forget();
        using HttpResponseMessage head = await app.SendAsync(HttpMethod.Head, "/files/a.txt", ("Range", "bytes=0-1"));

        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK), "a range is for GET");
        Assert.That(Lines(head), Is.EqualTo(Lines(get)));
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(app.Backend.Requests, Is.EqualTo(new[] { "head" }));
    }

    [TestCase("bytes=0-3", 206, "0123", "bytes 0-3/10")]
    [TestCase("bytes=4-", 206, "456789", "bytes 4-9/10")]
    [TestCase("bytes=-3", 206, "789", "bytes 7-9/10")]
    [TestCase("bytes=-30", 206, Digits, "bytes 0-9/10")]
    [TestCase("bytes=8-99", 206, "89", "bytes 8-9/10")]
    [TestCase("bytes=9-9", 206, "9", "bytes 9-9/10")]
    [TestCase("BYTES= 1-2 ,", 206, "12", "bytes 1-2/10")]
    [TestCase("bytes=0-99999999999999999999999", 206, Digits, "bytes 0-9/10")]
    [TestCase("bytes=0-9223372036854775807", 206, Digits, "bytes 0-9/10")]
    [TestCase("bytes=10-", 416, null, "bytes */10")]
    [TestCase("bytes=99999999999999999999999-", 416, null, "bytes */10")]
    [TestCase("bytes=-0", 416, null, "bytes */10")]
    [TestCase("bytes=0-1,4-5", 200, Digits, null)]
    [TestCase("bytes=5-2", 200, Digits, null)]
    [TestCase("bytes=-", 200, Digits, null)]
    [TestCase("bytes=a-b", 200, Digits, null)]
    [TestCase("bytes=1--2", 200, Digits, null)]
    [TestCase("bytes 0-1", 200, Digits, null)]
    [TestCase("bytes=", 200, Digits, null)]
    [TestCase("lines=0-1", 200, Digits, null)]
    public async Task A_range_is_answered_by_one_request(string range, int status, string? body, string? contentRange)
    {
        await using WebApp app = await AppAsync("text/plain");

        using HttpResponseMessage answer = await app.GetAsync("/files/a.txt", ("Range", range));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Content.Headers.ContentRange?.ToString(), Is.EqualTo(contentRange));
        if (body is not null)
        {
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(body));
            Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(body.Length));
        }

        // No service can be asked for no bytes, so the properties tell the size there.
        Assert.That(app.Backend.Requests, Is.EqualTo(new[] { range == "bytes=-0" ? "head" : "get" }));
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [TestCase(null)]
    [TestCase("\"other\"")]
    public async Task A_range_of_an_object_that_has_none_is_answered_with_the_whole_object(string? ifRange)
    {
        await using WebApp app = await WebApp.StartAsync(
            static app => app.MapObjects("/files", WebApp.FilesOf), static (_, store) => store.WithCompression(), protocols);
        string text = new('a', 10_000);
        await app.Bucket.PutTextAsync("a.txt", text);
        (string, string)[] headers = [("Range", "bytes=2-5"), .. ifRange is null ? Array.Empty<(string, string)>() : [("If-Range", ifRange)]];

        using HttpResponseMessage answer = await app.GetAsync("/files/a.txt", headers);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Headers.AcceptRanges, Is.EqualTo(new[] { "none" }));
        Assert.That(answer.Content.Headers.ContentRange, Is.Null);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(text));
    }

    [TestCase("bytes=-5", 200, null)]
    [TestCase("bytes=0-", 416, "bytes */0")]
    [TestCase(null, 200, null)]
    public async Task An_empty_object_has_no_range(string? range, int status, string? contentRange)
    {
        await using WebApp app = await WebApp.ServingAsync(protocols: protocols);
        await app.Bucket.PutAsync("empty", ReadOnlyMemory<byte>.Empty);

        using HttpResponseMessage answer = range is null
            ? await app.GetAsync("/files/empty")
            : await app.GetAsync("/files/empty", ("Range", range));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Content.Headers.ContentRange?.ToString(), Is.EqualTo(contentRange));
        Assert.That(status != 200 || (await answer.Content.ReadAsByteArrayAsync()).Length == 0, Is.True);
    }

    [TestCase("If-None-Match", "{0}", 304)]
    [TestCase("If-None-Match", "W/{0}", 304)]
    [TestCase("If-None-Match", "\"x\", W/{0} ,", 304)]
    [TestCase("If-None-Match", "*", 304)]
    [TestCase("If-None-Match", "\"x\"", 200)]
    [TestCase("If-None-Match", "\"x\", \"y z\", \"\"", 200)]
    [TestCase("If-None-Match", "x, y", 200)]
    [TestCase("If-None-Match", "\"open", 200)]
    [TestCase("If-None-Match", "", 200)]
    [TestCase("If-Match", "{0}", 200)]
    [TestCase("If-Match", "\"x\", {0}", 200)]
    [TestCase("If-Match", "*", 200)]
    [TestCase("If-Match", "\"x\"", 412)]
    [TestCase("If-Match", "W/{0}", 412)]
    [TestCase("If-Match", "malformed", 412)]
    [TestCase("If-Modified-Since", "{1}", 304)]
    [TestCase("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 200)]
    [TestCase("If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT", 200)]
    [TestCase("If-Modified-Since", "yesterday", 200)]
    [TestCase("If-Unmodified-Since", "{1}", 200)]
    [TestCase("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 412)]
    [TestCase("If-Unmodified-Since", "yesterday", 200)]
    public async Task A_condition_is_answered_as_HTTP_says(string header, string value, int status)
    {
        await using WebApp app = await AppAsync("text/plain");
        ObjectProperties stored = await app.Bucket.HeadAsync("a.txt");
        string text = value.Replace("{0}", $"\"{stored.ETag}\"", StringComparison.Ordinal)
            .Replace("{1}", stored.LastModified.ToString("R"), StringComparison.Ordinal);
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            app.Backend.Forget();

            using HttpResponseMessage answer = await app.SendAsync(method, "/files/a.txt", (header, text));

            Assert.That((int)answer.StatusCode, Is.EqualTo(status), method.Method);
            Assert.That(app.Backend.Requests, Has.Length.EqualTo(1));
            if (status == 304)
            {
                Assert.That(answer.Headers.ETag!.Tag, Is.EqualTo($"\"{stored.ETag}\""));
                Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
            }
        }

        Assert.That(app.Log.Errors, Is.Empty);
        await Until.TrueAsync(() => app.Backend.OpenBodies == 0, "the body is closed");
    }

    [Test]
    public async Task ETags_hide_dates()
    {
        await using WebApp app = await AppAsync("text/plain");
        ObjectProperties stored = await app.Bucket.HeadAsync("a.txt");
        string now = stored.LastModified.ToString("R");
        const string long_ago = "Sun, 06 Nov 1994 08:49:37 GMT";

        using HttpResponseMessage changed = await app.GetAsync("/files/a.txt", ("If-None-Match", "\"x\""), ("If-Modified-Since", now));
        using HttpResponseMessage malformed = await app.GetAsync("/files/a.txt", ("If-None-Match", "x"), ("If-Modified-Since", now));
        using HttpResponseMessage same = await app.GetAsync(
            "/files/a.txt", ("If-Match", $"\"{stored.ETag}\""), ("If-Unmodified-Since", long_ago));
        using HttpResponseMessage both = await app.GetAsync("/files/a.txt", ("If-Match", "\"x\""), ("If-None-Match", $"\"{stored.ETag}\""));
        using HttpResponseMessage range = await app.GetAsync(
            "/files/a.txt", ("If-None-Match", $"\"{stored.ETag}\""), ("Range", "bytes=99-"));

        Assert.That(
            new[] { changed, malformed, same, both, range }.Select(static answer => (int)answer.StatusCode),
            Is.EqualTo(new[] { 200, 200, 200, 412, 304 }));
    }

    [TestCase("{0}", 206, 1)]
    [TestCase("{1}", 206, 1)]
    [TestCase("\"other\"", 200, 2)]
    [TestCase("Sun, 06 Nov 1994 08:49:37 GMT", 200, 2)]
    [TestCase("W/{0}", 200, 1)]
    [TestCase("{0}, {0}", 200, 1)]
    [TestCase("yesterday", 200, 1)]
    public async Task If_Range_asks_for_the_range_of_one_object_or_for_the_whole_of_another(string ifRange, int status, int requests)
    {
        var time = new SteppedTime();
        await using WebApp app = await AppAsync("text/plain", time);
        ObjectProperties stored = await app.Bucket.HeadAsync("a.txt");
        if (ifRange == "{1}")
        {
            // The date of an object that is less than a second old tells nothing.
            time.Advance(TimeSpan.FromSeconds(1.1));
        }

        app.Backend.Forget();
        string text = ifRange.Replace("{0}", $"\"{stored.ETag}\"", StringComparison.Ordinal)
            .Replace("{1}", stored.LastModified.ToString("R"), StringComparison.Ordinal);

        using HttpResponseMessage answer = await app.GetAsync("/files/a.txt", ("Range", "bytes=2-3"), ("If-Range", text));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(status == 206 ? "23" : Digits));
        Assert.That(app.Backend.Requests, Has.Length.EqualTo(requests).And.All.EqualTo("get"));
        await Until.TrueAsync(() => app.Backend.OpenBodies == 0, "the body is closed");
    }

    [TestCase(true, 416)]
    [TestCase(false, 200)]
    public async Task If_Range_is_looked_at_before_a_range_past_the_end(bool isSame, int status)
    {
        await using WebApp app = await AppAsync("text/plain");
        ObjectProperties stored = await app.Bucket.HeadAsync("a.txt");

        using HttpResponseMessage answer = await app.GetAsync(
            "/files/a.txt", ("Range", "bytes=50-"), ("If-Range", isSame ? $"\"{stored.ETag}\"" : "\"longer\""));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Content.Headers.ContentRange?.ToString(), Is.EqualTo(isSame ? "bytes */10" : null));
        await Until.TrueAsync(() => app.Backend.OpenBodies == 0, "the body is closed");
    }

    [Test]
    public async Task A_missing_object_is_404_whatever_the_conditions()
    {
        await using WebApp app = await WebApp.ServingAsync(protocols: protocols);

        using HttpResponseMessage plain = await app.GetAsync("/files/missing");
        using HttpResponseMessage head = await app.SendAsync(HttpMethod.Head, "/files/missing");
        using HttpResponseMessage conditional = await app.GetAsync("/files/missing", ("If-Match", "*"), ("Range", "bytes=0-"));
        using HttpResponseMessage noKey = await app.GetAsync("/files/");

        Assert.That(
            new[] { plain, head, conditional, noKey }.Select(static answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
        Assert.That(plain.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [Test]
    public async Task A_large_object_arrives_as_it_is()
    {
        await using WebApp app = await WebApp.ServingAsync(protocols: protocols);
        byte[] bytes = Payload.Bytes(3_000_001);
        await app.Bucket.PutAsync("large", bytes);

        Assert.That(await app.Client.GetByteArrayAsync("/files/large"), Is.EqualTo(bytes));
        using HttpResponseMessage part = await app.GetAsync("/files/large", ("Range", "bytes=1000000-2999999"));
        Assert.That(await part.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes[1_000_000..3_000_000]));
    }

    [TestCaseSource(typeof(KeyCatalogue), nameof(KeyCatalogue.Valid))]
    public async Task A_key_is_found_by_its_address_alone(KeyCase entry)
    {
        await using WebApp app = await WebApp.ServingAsync(protocols: protocols);
        await app.Bucket.PutAsync(entry.Key, "right"u8.ToArray());
        foreach (string other in new[]
        {
            entry.Key.Replace("%2F", "/", StringComparison.Ordinal), entry.Key.TrimStart('/'), entry.Key.TrimEnd('/'),
            Uri.EscapeDataString(entry.Key),
        })
        {
            if (other.Length > 0 && other != entry.Key && System.Text.Encoding.UTF8.GetByteCount(other) <= 900)
            {
                await app.Bucket.PutAsync(other, "wrong"u8.ToArray());
            }
        }

        string path = $"/files/{string.Join('/', entry.Key.Split('/').Select(Uri.EscapeDataString))}";
        var address = new Uri(
            app.Address.GetLeftPart(UriPartial.Authority) + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        // Servers and clients resolve the segments "." and "..", so such a key is out of reach.
        bool isResolved = entry.Key.Split('/').Any(static segment => segment is "." or "..");
        using HttpResponseMessage answer = await app.Client.GetAsync(address);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.That(body, isResolved ? Is.Not.EqualTo("right") : Is.EqualTo("right"));
    }

    [Test]
    public async Task An_escaped_slash_names_no_object_and_an_escaped_percent_sign_does()
    {
        await using WebApp app = await WebApp.ServingAsync(protocols: protocols);
        await app.Bucket.PutAsync("a/b", "slash"u8.ToArray());
        await app.Bucket.PutAsync("a%2Fb", "percent"u8.ToArray());

        // Rules of the application for paths see "a%2Fb" as one segment, so it must not be "a/b".
        foreach (string path in new[] { "/files/a%2Fb", "/files/a%2fb", "/files/x%2F..%2Fa%2Fb", "/files%2Fa/b" })
        {
            using HttpResponseMessage answer = await app.Client.GetAsync(Raw(path));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        Assert.That(await app.Client.GetStringAsync(Raw("/files/a/b")), Is.EqualTo("slash"));
        Assert.That(await app.Client.GetStringAsync(Raw("/files/a%252Fb")), Is.EqualTo("percent"));

        Uri Raw(string path) => new(
            app.Address.GetLeftPart(UriPartial.Authority) + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    private static IEnumerable<string> Lines(HttpResponseMessage answer) => answer.Headers.Concat(answer.Content.Headers)
        .Where(static header => header.Key != "Date")
        .Select(static header => $"{header.Key}: {string.Join(", ", header.Value)}")
        .Order(StringComparer.Ordinal);

    private async Task<WebApp> AppAsync(string type, TimeProvider? time = null)
    {
        WebApp app = await WebApp.ServingAsync(protocols: protocols, time: time);
        await app.Bucket.PutAsync("a.txt", Encoding.ASCII.GetBytes(Digits), new PutOptions { ContentType = type });
        app.Backend.Forget();
        return app;
    }
}
