using BleepStore.Storage.AspNetCore.Tests.Support;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>Tests the handling of content from unknown users in a browser.</summary>
public sealed class HostileContentTests
{
    private const string Sandbox = "sandbox";

    [TestCase("image/png", null, null, Sandbox)]
    [TestCase("IMAGE/PNG", null, null, Sandbox)]
    [TestCase("audio/mpeg", null, null, Sandbox)]
    [TestCase("video/mp4", "inline; filename=\"a.mp4\"", "inline; filename=\"a.mp4\"", Sandbox)]
    [TestCase("video/mp4", "attachment; filename=\"a.mp4\"", "attachment; filename=\"a.mp4\"", Sandbox)]
    [TestCase("text/plain; charset=utf-16", null, null, Sandbox)]
    [TestCase("Text/Plain;charset=\"x\"", null, null, Sandbox)]
    [TestCase("application/pdf", null, null, null)]
    [TestCase("application/pdf; x=y", null, null, null)]
    [TestCase("image/svg+xml", null, "attachment", Sandbox)]
    [TestCase("image/SVG+XML; charset=utf-8", null, "attachment", Sandbox)]
    [TestCase("text/html", null, "attachment", Sandbox)]
    [TestCase("text/html; charset=utf-8", "inline", "attachment", Sandbox)]
    [TestCase(
        "text/html",
        "INLINE; filename=\"a b.html\"; filename*=UTF-8''%E2%82%AC.html",
        "attachment; filename=\"a b.html\"; filename*=UTF-8''%E2%82%AC.html",
        Sandbox)]
    [TestCase("text/html", "inline, attachment", "attachment", Sandbox)]
    [TestCase("text/html", "; filename=x", "attachment", Sandbox)]
    [TestCase("application/xhtml+xml", null, "attachment", Sandbox)]
    [TestCase("text/xml", null, "attachment", Sandbox)]
    [TestCase("text/plainx", null, "attachment", Sandbox)]
    [TestCase("image", null, "attachment", Sandbox)]
    [TestCase("image/png, text/html", null, "attachment", Sandbox)]
    [TestCase("application/octet-stream", null, "attachment", Sandbox)]
    [TestCase(null, null, "attachment", Sandbox)]
    public async Task Only_harmless_types_are_shown(string? type, string? stored, string? disposition, string? policy)
    {
        await using WebApp app = await WebApp.ServingAsync();
        await app.Bucket.PutAsync(
            "a", "<script>alert(1)</script>"u8.ToArray(), new PutOptions { ContentType = type, ContentDisposition = stored });

        using HttpResponseMessage answer = await app.GetAsync("/files/a");
        using HttpResponseMessage range = await app.GetAsync("/files/a", ("Range", "bytes=0-"));
        using HttpResponseMessage head = await app.SendAsync(HttpMethod.Head, "/files/a");

        foreach (HttpResponseMessage one in new[] { answer, range, head })
        {
            Assert.Multiple(() =>
            {
                Assert.That(Header(one, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
                Assert.That(Header(one, "Content-Disposition"), Is.EqualTo(disposition));
                Assert.That(Header(one, "Content-Security-Policy"), Is.EqualTo(policy));
            });
        }
    }

    [Test]
    public async Task A_malformed_type_is_sent_as_bytes()
    {
        await using WebApp app = await WebApp.ServingAsync();
        await app.Bucket.PutAsync("a", "x"u8.ToArray(), new PutOptions { ContentType = "text/html, image/png" });

        using HttpResponseMessage answer = await app.GetAsync("/files/a");

        Assert.That(Header(answer, "Content-Type"), Is.EqualTo("application/octet-stream"));
    }

    [Test]
    public async Task The_application_decides_what_is_shown()
    {
        await using WebApp app = await WebApp.ServingAsync(new ObjectResultOptions { InlineContentTypes = ["text/HTML", "image/svg+xml"] });
        await app.Bucket.PutAsync("page", "x"u8.ToArray(), new PutOptions { ContentType = "text/html" });
        await app.Bucket.PutAsync("drawing", "x"u8.ToArray(), new PutOptions { ContentType = "image/svg+xml" });
        await app.Bucket.PutAsync("photo", "x"u8.ToArray(), new PutOptions { ContentType = "image/png" });

        Assert.That(await Disposition("page"), Is.Null);
        Assert.That(await Disposition("drawing"), Is.Null);
        Assert.That(await Disposition("photo"), Is.EqualTo("attachment"));

        async Task<string?> Disposition(string key)
        {
            using HttpResponseMessage answer = await app.GetAsync($"/files/{key}");
            Assert.That(Header(answer, "Content-Security-Policy"), Is.EqualTo(Sandbox));
            return Header(answer, "Content-Disposition");
        }
    }

    [Test]
    public async Task Options_replace_what_the_object_says()
    {
        var options = new ObjectResultOptions
        {
            ContentType = "text/csv",
            DownloadFileName = "Übersicht 1.csv",
            CacheControl = "no-store",
            ContentSecurityPolicy = null,
        };
        await using WebApp app = await WebApp.ServingAsync(options);
        await app.Bucket.PutAsync(
            "a", "x"u8.ToArray(), new PutOptions { ContentType = "text/html", CacheControl = "public", ContentDisposition = "inline" });

        using HttpResponseMessage answer = await app.GetAsync("/files/a");
        using HttpResponseMessage unchanged = await app.GetAsync("/files/a", ("If-None-Match", "*"));

        Assert.Multiple(() =>
        {
            Assert.That(Header(answer, "Content-Type"), Is.EqualTo("text/csv"));
            Assert.That(Header(answer, "Content-Disposition"), Is.EqualTo(ContentDispositions.Attachment("Übersicht 1.csv")));
            Assert.That(Header(answer, "Cache-Control"), Is.EqualTo("no-store"));
            Assert.That(Header(answer, "Content-Security-Policy"), Is.Null);
            Assert.That(Header(unchanged, "Cache-Control"), Is.EqualTo("no-store"));
        });
    }

    [Test]
    public async Task The_disposition_of_the_application_wins()
    {
        await using WebApp app = await WebApp.ServingAsync(
            new ObjectResultOptions { ContentDisposition = "inline", DownloadFileName = "other.txt" });
        await app.Bucket.PutAsync("a", "x"u8.ToArray(), new PutOptions { ContentType = "text/html", ContentDisposition = "attachment" });

        using HttpResponseMessage answer = await app.GetAsync("/files/a");

        Assert.That(Header(answer, "Content-Disposition"), Is.EqualTo("inline"));
        Assert.That(Header(answer, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values) || answer.Content.Headers.TryGetValues(name, out values)
            ? values.Single()
            : null;
}
