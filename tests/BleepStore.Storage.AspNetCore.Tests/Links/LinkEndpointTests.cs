using System.Net;
using System.Text;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BleepStore.Storage.AspNetCore.Tests.Links;

/// <summary>Links, from where they are signed to what they do.</summary>
[TestFixture(HttpProtocols.Http1, false)]
[TestFixture(HttpProtocols.Http2, true)]
public sealed class LinkEndpointTests(HttpProtocols protocols, bool usesDataProtection)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [TestCaseSource(typeof(KeyCatalogue), nameof(KeyCatalogue.Valid))]
    public async Task A_key_goes_up_and_comes_down_by_untouched_links_or_is_refused_when_it_is_signed(KeyCase entry)
    {
        await using WebApp app = await StartAsync();
        if (entry.Key.Split('/').Any(static segment => segment is "." or ".."))
        {
            StorageException refused = await Assert.ThrowsAsync<StorageException>(
                () => app.Bucket.PresignAsync(entry.Key, PresignMethod.Put, Hour));
            Assert.That(refused.Code, Is.EqualTo(StorageErrorCode.InvalidKey));
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes($"bytes of {entry.Key}");
        using HttpResponseMessage put = await app.SendAsync(await app.Bucket.PresignAsync(entry.Key, PresignMethod.Put, Hour), bytes);
        using HttpResponseMessage get = await app.SendAsync(await app.Bucket.PresignAsync(entry.Key, PresignMethod.Get, Hour));
        using HttpResponseMessage head = await app.SendAsync(await app.Bucket.PresignAsync(entry.Key, PresignMethod.Head, Hour));

        Assert.That(new[] { put, get, head }.Select(static answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(await get.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(bytes.Length));
        List<string> keys = [];
        await foreach (ListEntry listed in app.Bucket.ListAsync())
        {
            keys.Add(listed.Key);
        }

        Assert.That(keys, Is.EqualTo(new[] { entry.Key }), "exactly this object was written");

        using HttpResponseMessage delete = await app.SendAsync(await app.Bucket.PresignAsync(entry.Key, PresignMethod.Delete, Hour));
        Assert.That(delete.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await app.Bucket.ExistsAsync(entry.Key), Is.False);
    }

    [Test]
    public async Task A_download_has_ranges_conditions_and_the_headers_of_the_link()
    {
        await using WebApp app = await StartAsync();
        ObjectProperties stored = await app.Bucket.PutAsync(
            "a.html",
            "0123456789"u8.ToArray(),
            new PutOptions { ContentType = "text/html", CacheControl = "public", ContentDisposition = "inline" });
        PresignedUrl plain = await app.Bucket.PresignAsync("a.html", PresignMethod.Get, Hour);
        PresignedUrl named = await app.Bucket.PresignAsync("a.html", PresignMethod.Get, Hour, new PresignOptions
        {
            ResponseContentType = "text/plain",
            ResponseContentDisposition = ContentDispositions.Inline("Seite.txt"),
            ResponseCacheControl = "no-store",
        });
        app.Backend.Forget();

        using HttpResponseMessage range = await app.SendAsync(plain, change: static request => request.Headers.Add("Range", "bytes=2-3"));
        using HttpResponseMessage unchanged = await app.SendAsync(
            plain, change: request => request.Headers.Add("If-None-Match", $"\"{stored.ETag}\""));
        using HttpResponseMessage chosen = await app.SendAsync(named);

        Assert.That(await range.Content.ReadAsStringAsync(), Is.EqualTo("23"));
        Assert.Multiple(() =>
        {
            Assert.That(range.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
            Assert.That(range.Content.Headers.ContentDisposition!.ToString(), Is.EqualTo("attachment"), "no link has said otherwise");
            Assert.That(unchanged.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
            Assert.That(chosen.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain"));
            Assert.That(chosen.Content.Headers.ContentDisposition!.ToString(), Is.EqualTo("inline; filename=\"Seite.txt\""));
            Assert.That(chosen.Headers.CacheControl!.NoStore, Is.True);
            Assert.That(chosen.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
            Assert.That(app.Backend.Requests, Is.EqualTo(new[] { "get", "get", "get" }));
        });
    }

    [Test]
    public async Task An_upload_stores_what_the_link_binds()
    {
        await using WebApp app = await StartAsync();
        byte[] bytes = Payload.Bytes(1000);
        PresignedUrl link = await app.Bucket.PresignAsync("a", PresignMethod.Put, Hour, new PresignOptions
        {
            ContentType = "image/png",
            ContentLength = bytes.Length,
            ContentMd5 = Payload.Md5(bytes),
            Metadata = new Dictionary<string, string> { ["author"] = "Zoë & \"co\"", ["a=b"] = "+ %2F" },
        });

        using HttpResponseMessage answer = await app.SendAsync(link, bytes);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        ObjectProperties stored = await app.Bucket.HeadAsync("a");
        Assert.Multiple(() =>
        {
            Assert.That(answer.Headers.ETag!.Tag, Is.EqualTo($"\"{stored.ETag}\""));
            Assert.That(stored.ContentType, Is.EqualTo("image/png"));
            Assert.That(stored.Metadata["author"], Is.EqualTo("Zoë & \"co\""));
            Assert.That(stored.Metadata["a=b"], Is.EqualTo("+ %2F"));
        });
    }

    [TestCase("type")]
    [TestCase("no type")]
    [TestCase("length")]
    [TestCase("no length")]
    [TestCase("md5")]
    [TestCase("no md5")]
    public async Task An_upload_with_other_headers_is_refused_before_anything_is_stored(string what)
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", "old"u8.ToArray());
        byte[] bytes = Payload.Bytes(1000);
        PresignedUrl link = await app.Bucket.PresignAsync(
            "a",
            PresignMethod.Put,
            Hour,
            new PresignOptions { ContentType = "image/png", ContentLength = bytes.Length, ContentMd5 = Payload.Md5(bytes) });
        app.Backend.Forget();

        using HttpResponseMessage answer = await app.SendAsync(link, what == "length" ? Payload.Bytes(999) : bytes, request =>
        {
            switch (what)
            {
                case "type":
                    request.Content!.Headers.ContentType = new("text/html");
                    break;
                case "no type":
                    request.Content!.Headers.ContentType = null;
                    break;
                case "no length":
                    request.Content = Chunked(request);
                    break;
                case "md5":
                    request.Content!.Headers.ContentMD5 = Payload.Md5([1]);
                    break;
                case "no md5":
                    request.Content!.Headers.ContentMD5 = null;
                    break;
            }
        });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(app.Backend.Requests, Is.Empty);
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
        Assert.That(app.Log.Errors, Is.Empty);
        Assert.That(app.Log.Information, Has.One.Contains("A link was refused. AccessDenied: The link is for another value of the header Content-"));
    }

    [Test]
    public async Task An_upload_with_other_bytes_than_its_MD5_is_refused()
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", "old"u8.ToArray());
        PresignedUrl link = await app.Bucket.PresignAsync(
            "a", PresignMethod.Put, Hour, new PresignOptions { ContentMd5 = Payload.Md5([1]) });

        using HttpResponseMessage answer = await app.SendAsync(link, [2]);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("BadDigest"));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
    }

    [Test]
    public async Task A_link_that_binds_a_length_is_its_own_limit_and_others_have_the_servers()
    {
        await using WebApp app = await LinkedApp.StartAsync(new ObjectLinkOptions { MaxUploadLength = 1000 }, protocols);
        byte[] bytes = Payload.Bytes(40_000_000);
        PresignedUrl bound = await app.Bucket.PresignAsync(
            "a", PresignMethod.Put, Hour, new PresignOptions { ContentLength = bytes.Length });
        PresignedUrl free = await app.Bucket.PresignAsync("b", PresignMethod.Put, Hour);

        using HttpResponseMessage large = await app.SendAsync(bound, bytes);
        using HttpResponseMessage tooLarge = await app.SendAsync(free, Payload.Bytes(1001));
        using HttpResponseMessage asLarge = await app.SendAsync(free, Payload.Bytes(1000));
        using HttpResponseMessage chunked = await app.SendAsync(free, [], static request => request.Content = Chunked(1000));
        using HttpResponseMessage tooLargeChunked = await app.SendAsync(free, [], static request => request.Content = Chunked(1001));

        Assert.That(large.StatusCode, Is.EqualTo(HttpStatusCode.OK), "more than Kestrel's 30,000,000 bytes");
        Assert.That((await app.Bucket.HeadAsync("a")).Size, Is.EqualTo(bytes.Length));
        Assert.That(tooLarge.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(asLarge.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(chunked.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(tooLargeChunked.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That((await app.Bucket.HeadAsync("b")).Size, Is.EqualTo(1000));
        Assert.That(app.Log.Errors, Is.Empty);

        static StreamContent Chunked(int size) => new(new ForwardOnly(Payload.Bytes(size)));
    }

    [Test]
    public async Task Parts_are_uploaded_by_links_and_completed_by_the_application()
    {
        await using WebApp app = await StartAsync();
        byte[][] bytes = [Payload.Bytes(5 * 1024 * 1024, 1), Payload.Bytes(1000, 2)];
        MultipartUpload upload = await app.Bucket.CreateMultipartUploadAsync("large");
        for (int at = 0; at < bytes.Length; at++)
        {
            var checks = new UploadPartOptions { ContentLength = bytes[at].Length, ContentMd5 = Payload.Md5(bytes[at]) };
            PresignedUrl link = await upload.PresignPartAsync(at + 1, Hour, checks);
            using HttpResponseMessage wrong = await app.SendAsync(link, Payload.Bytes(7));
            using HttpResponseMessage answer = await app.SendAsync(link, bytes[at]);

            Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.Headers.ETag!.Tag, Is.EqualTo($"\"{Convert.ToHexStringLower(Payload.Md5(bytes[at]))}\""));
        }

        List<PartInfo> parts = [];
        await foreach (PartInfo part in upload.ListPartsAsync())
        {
            parts.Add(part);
        }

        await upload.CompleteAsync(parts);
        await using ObjectReader reader = await app.Bucket.GetAsync("large");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Payload.Join(bytes)));
    }

    [Test]
    public async Task A_part_of_an_upload_that_is_gone_is_404()
    {
        await using WebApp app = await StartAsync();
        MultipartUpload upload = await app.Bucket.CreateMultipartUploadAsync("large");
        PresignedUrl link = await upload.PresignPartAsync(1, Hour);
        await upload.AbortAsync();

        using HttpResponseMessage answer = await app.SendAsync(link, [1]);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("NoSuchUpload"));
    }

    [Test]
    public async Task A_link_that_was_changed_is_refused_in_the_same_words_as_any_other()
    {
        var time = new SteppedTime();
        await using WebApp app = await LinkedApp.StartAsync(protocols: protocols, usesDataProtection: usesDataProtection, time: time);
        await app.Bucket.PutAsync("a", "old"u8.ToArray());
        await app.Bucket.PutAsync("b", "other"u8.ToArray());
        PresignedUrl link = await app.Bucket.PresignAsync("a", PresignMethod.Get, Hour);
        string url = link.Url.OriginalString;
        string[] changed =
        [
            url.Replace("/links/files/a?", "/links/files/b?", StringComparison.Ordinal),
            url.Replace("/links/files/a?", "/links/files/%61%2F?", StringComparison.Ordinal),
            url.Replace("/links/files/a?", "/links/other/a?", StringComparison.Ordinal),
            url.Replace("/links/files/a?", "/links/NOT..A..BUCKET/a?", StringComparison.Ordinal),
            url.Replace("method=Get", "method=Put", StringComparison.Ordinal),
            url.Replace("expires=", "expires=9", StringComparison.Ordinal),
            $"{url}&response-content-type=text%2Fhtml",
            $"{url}&expires=1",
            url[..^3],
            url[..url.IndexOf("signature=", StringComparison.Ordinal)],
            url.Split('?')[0],
            $"{url.Split('?')[0]}?signature=",
            $"{url.Split('?')[0]}?signature=%00%FF",
            $"{url.Split('?')[0]}?signature={new string('A', 5000)}",
        ];

        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (string one in changed)
        {
            using HttpResponseMessage answer = await app.SendAsync(link with { Url = new Uri(one) });
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), one);
            bodies.Add(await Untraced(answer));
        }

        using HttpResponseMessage put = await app.SendAsync(link with { Method = "PUT" }, [1]);
        using HttpResponseMessage delete = await app.SendAsync(link with { Method = "DELETE" });
        using HttpResponseMessage good = await app.SendAsync(link);
        time.Advance(Hour);
        using HttpResponseMessage late = await app.SendAsync(link);
        bodies.UnionWith([await Untraced(put), await Untraced(delete), await Untraced(late)]);

        Assert.That(new[] { put, delete, late }.Select(static answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(good.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(bodies, Has.Count.EqualTo(1), "nothing tells what was wrong");
        Assert.That(bodies.Single(), Does.Not.Contain("ignature").And.Not.Contain("expire"));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [Test]
    public async Task Other_methods_are_not_answered()
    {
        await using WebApp app = await StartAsync();
        PresignedUrl link = await app.Bucket.PresignAsync("a", PresignMethod.Put, Hour);

        using HttpResponseMessage answer = await app.SendAsync(link with { Method = "POST" }, [1]);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(await app.Bucket.ExistsAsync("a"), Is.False);
    }

    [Test]
    public async Task The_conditions_of_the_request_hold_for_uploads_and_deletions()
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", "old"u8.ToArray());
        PresignedUrl put = await app.Bucket.PresignAsync("a", PresignMethod.Put, Hour);
        PresignedUrl delete = await app.Bucket.PresignAsync("a", PresignMethod.Delete, Hour);

        using HttpResponseMessage exists = await app.SendAsync(put, [1], static request => request.Headers.Add("If-None-Match", "*"));
        using HttpResponseMessage other = await app.SendAsync(delete, change: static request => request.Headers.Add("If-Match", "\"x\""));

        Assert.That(exists.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
    }

    [TestCase("If-Match", "W/\"x\"")]
    [TestCase("If-Match", "\"x\", \"y\"")]
    [TestCase("If-Match", "\"\"")]
    [TestCase("If-Match", "\"a b\"")]
    [TestCase("If-Match", "\"*\"")]
    [TestCase("If-Match", "malformed")]
    [TestCase("If-None-Match", "*")]
    [TestCase("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")]
    public async Task A_condition_that_does_not_hold_stops_uploads_and_deletions(string header, string value)
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", "old"u8.ToArray());

        foreach (PresignMethod method in new[] { PresignMethod.Put, PresignMethod.Delete })
        {
            PresignedUrl url = await app.Bucket.PresignAsync("a", method, Hour);
            using HttpResponseMessage answer = await app.SendAsync(
                url, method == PresignMethod.Put ? [1] : null, request => request.Headers.TryAddWithoutValidation(header, value));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed), $"{method}");
        }

        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
    }

    [Test]
    public async Task A_condition_that_holds_lets_a_deletion_through()
    {
        await using WebApp app = await StartAsync();
        ObjectProperties stored = await app.Bucket.PutAsync("a", "old"u8.ToArray());
        PresignedUrl delete = await app.Bucket.PresignAsync("a", PresignMethod.Delete, Hour);

        using HttpResponseMessage deleted = await app.SendAsync(
            delete, change: request => request.Headers.Add("If-Match", $"\"x\", \"{stored.ETag}\""));
        using HttpResponseMessage again = await app.SendAsync(delete, change: static request => request.Headers.Add("If-None-Match", "*"));

        Assert.That((deleted.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NoContent)));
        Assert.That(await app.Bucket.ExistsAsync("a"), Is.False);
    }

    [Test]
    public async Task Links_work_below_a_path_base()
    {
        await using WebApp app = await LinkedApp.StartAsync(protocols: protocols, basePath: "/below/here");
        await app.Bucket.PutAsync("//a%2Fb/", "found"u8.ToArray());

        using HttpResponseMessage answer = await app.SendAsync(await app.Bucket.PresignAsync("//a%2Fb/", PresignMethod.Get, Hour));

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("found"));
    }

    [Test]
    public async Task The_longest_link_that_is_signed_arrives_and_a_longer_one_is_refused()
    {
        await using WebApp app = await StartAsync();
        PresignedUrl? longest = null;
        for (int length = 100; ; length += 50)
        {
            var options = new PresignOptions { Metadata = new Dictionary<string, string> { ["a"] = new string('€', length) } };
            try
            {
                longest = await app.Bucket.PresignAsync(new string('ü', 400), PresignMethod.Put, Hour, options);
            }
            catch (Exception refused) when (refused is ArgumentException or StorageException { Code: StorageErrorCode.MetadataTooLarge })
            {
                break;
            }
        }

        using HttpResponseMessage answer = await app.SendAsync(longest!, [1]);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), $"{longest!.Url.OriginalString.Length}");
        ArgumentException tooLong = await Assert.ThrowsAsync<ArgumentException>(() => app.Bucket.PresignAsync(
            "a",
            PresignMethod.Get,
            Hour,
            new PresignOptions { ResponseContentDisposition = $"attachment; filename={new string('a', 8000)}" }));
        Assert.That(tooLong.Message, Does.Contain("8000"));
    }

    private static async Task<string> Untraced(HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        using var json = System.Text.Json.JsonDocument.Parse(body);
        return string.Join(
            '\n',
            json.RootElement.EnumerateObject().Where(static member => member.Name != "traceId").Select(static member => member.ToString()));
    }

    private static StreamContent Chunked(HttpRequestMessage request)
    {
        var content = new StreamContent(new ForwardOnly(Payload.Bytes(1000)));
        foreach ((string name, IEnumerable<string> values) in request.Content!.Headers
            .Where(static header => header.Key != "Content-Length"))
        {
            content.Headers.TryAddWithoutValidation(name, values);
        }

        return content;
    }

    private Task<WebApp> StartAsync() => LinkedApp.StartAsync(protocols: protocols, usesDataProtection: usesDataProtection);
}
