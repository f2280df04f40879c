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

/// <summary>Forms whose files become objects.</summary>
[TestFixture(HttpProtocols.Http1)]
[TestFixture(HttpProtocols.Http2)]
public sealed class FormTests(HttpProtocols protocols)
{
    private FormUpload? _form;

    private Func<FormFileInfo, FormFileTarget?> _choose = static file => new FormFileTarget(file.FileName);

    [Test]
    public async Task Files_become_objects_and_fields_come_along()
    {
        await using WebApp app = await StartAsync();
        byte[] bytes = Payload.Bytes(300_000);
        var seen = new List<FormFileInfo>();
        _choose = file =>
        {
            seen.Add(file);
            return new FormFileTarget($"{file.Fields["folder"]}/{file.FileName}", new PutOptions { CacheControl = "no-store" });
        };
        using var content = new MultipartFormDataContent
        {
            { new StringContent("reports"), "folder" },
            { Typed(bytes, "image/png"), "files", "naïve €.png" },
            { new StringContent("one"), "tag" },
            { new StringContent("two — 2"), "tag" },
            { Typed([], "text/plain"), "files", "empty.txt" },
        };

        using HttpResponseMessage answer = await PostAsync(app, content);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await using ObjectReader reader = await app.Bucket.GetAsync("reports/naïve €.png");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
        Assert.Multiple(() =>
        {
            Assert.That(reader.Properties.ContentType, Is.EqualTo("image/png"));
            Assert.That(reader.Properties.CacheControl, Is.EqualTo("no-store"));
            Assert.That(
                _form!.Files.Select(static file => file.Properties.Key), Is.EqualTo(new[] { "reports/naïve €.png", "reports/empty.txt" }));
            Assert.That(_form.Fields["tag"].ToArray(), Is.EqualTo(new[] { "one", "two — 2" }));
            Assert.That(seen.Select(static file => file.FieldName), Is.All.EqualTo("files"));
            Assert.That(seen[0].Fields.Keys, Is.EqualTo(new[] { "folder" }), "what came before");
            Assert.That(seen[1].Fields.Keys, Is.EqualTo(new[] { "folder", "tag" }));
        });
        Assert.That(await app.Bucket.GetTextAsync("reports/empty.txt"), Is.Empty);
    }

    [TestCase("filename=plain.txt", "plain.txt")]
    [TestCase("filename=\"a b.txt\"", "a b.txt")]
    [TestCase("filename=\"old.txt\"; filename*=UTF-8''n%C3%A9w.txt", "néw.txt")]
    [TestCase("filename=\"C:\\\\Users\\\\me\\\\a.txt\"", "a.txt")]
    [TestCase("filename=\"../../etc/passwd\"", "passwd")]
    [TestCase("filename*=UTF-8''..%2F..%2Fx", "x")]
    [TestCase("filename=\"\"", null)]
    [TestCase("filename=\"..\"", null)]
    [TestCase("filename=\"a/\"", null)]
    public async Task A_file_has_the_last_part_of_its_name(string parameter, string? expected)
    {
        await using WebApp app = await StartAsync();

        using HttpResponseMessage answer = await PostAsync(
            app, Raw($"--b\r\nContent-Disposition: form-data; name=f; {parameter}\r\n\r\nbytes\r\n--b--\r\n"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(_form!.Files.SingleOrDefault()?.File.FileName, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_file_that_the_application_leaves_out_is_passed_over()
    {
        await using WebApp app = await StartAsync();
        _choose = static file => file.FileName == "skip" ? null : new FormFileTarget(file.FileName);
        using var content = new MultipartFormDataContent
        {
            { new ByteArrayContent(Payload.Bytes(100_000)), "f", "skip" },
            { new ByteArrayContent([1]), "f", "keep" },
        };

        using HttpResponseMessage answer = await PostAsync(app, content);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await app.Bucket.ExistsAsync("skip"), Is.False);
        Assert.That((await app.Bucket.HeadAsync("keep")).Size, Is.EqualTo(1));
    }

    [TestCase("a file", 413)]
    [TestCase("files", 413)]
    [TestCase("a field", 413)]
    [TestCase("fields", 413)]
    [TestCase("the form", 413)]
    [TestCase("nothing", 200)]
    public async Task A_form_over_a_limit_is_413(string what, int status)
    {
        await using WebApp app = await StartAsync(
            new FormUploadOptions { MaxLength = 100_000, MaxFileLength = 10_000, MaxFiles = 2, MaxFields = 3, MaxFieldLength = 100 });
        using var content = new MultipartFormDataContent();
        for (int at = 0; at < (what == "fields" ? 4 : 3); at++)
        {
            content.Add(new StringContent(new string('x', what == "a field" ? 101 : 100)), "field");
        }

        for (int at = 0; at < (what == "files" ? 3 : 2); at++)
        {
            content.Add(new ByteArrayContent(new byte[what == "a file" ? 10_001 : what == "the form" ? 50_001 : 10_000]), "f", $"file{at}");
        }

        using HttpResponseMessage answer = await PostAsync(app, content);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await app.Bucket.ExistsAsync("file0"), Is.EqualTo(what is "files" or "nothing"), "a file that was whole before stays");
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [TestCase(0, 200)]
    [TestCase(-1, 413)]
    public async Task A_chunked_form_may_have_exactly_the_limit(int difference, int status)
    {
        using var whole = new MultipartFormDataContent { { new ByteArrayContent(new byte[50_000]), "f", "file" } };
        byte[] bytes = await whole.ReadAsByteArrayAsync();
        await using WebApp app = await StartAsync(new FormUploadOptions { MaxLength = bytes.Length + difference });
        var chunked = new StreamContent(new ForwardOnly(bytes));
        chunked.Headers.ContentType = whole.Headers.ContentType;

        using HttpResponseMessage answer = await PostAsync(app, chunked);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
    }

    [TestCase("--b\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\nbytes", 400)]
    [TestCase("--b\r\nContent-Disposition: form-data; name=f", 400)]
    [TestCase("--b\r\nno colon\r\n\r\nbytes\r\n--b--\r\n", 400)]
    [TestCase("--b\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--b--\r\n", 400)]
    [TestCase("--b\r\nContent-Disposition: attachment; filename=x\r\n\r\nbytes\r\n--b--\r\n", 400)]
    [TestCase("", 400)]
    public async Task A_malformed_form_is_400_and_stores_nothing(string body, int status)
    {
        await using WebApp app = await StartAsync();

        using HttpResponseMessage answer = await PostAsync(app, Raw(body));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await app.Bucket.ExistsAsync("x"), Is.False);
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [TestCase("application/x-www-form-urlencoded", 415)]
    [TestCase("multipart/mixed; boundary=b", 415)]
    [TestCase(null, 415)]
    [TestCase("multipart/form-data", 400)]
    [TestCase("multipart/form-data; boundary=\"\"", 400)]
    public async Task What_is_no_form_is_refused(string? type, int status)
    {
        await using WebApp app = await StartAsync();
        var content = new ByteArrayContent([1]);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage answer = await PostAsync(app, content);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task A_store_that_refuses_a_file_is_answered_as_the_store_says()
    {
        await using WebApp app = await StartAsync();
        _choose = static file => new FormFileTarget(file.FileName, new PutOptions { IfAbsent = true });
        await app.Bucket.PutAsync("taken", "old"u8.ToArray());
        using var content = new MultipartFormDataContent { { new ByteArrayContent([1]), "f", "taken" } };

        using HttpResponseMessage answer = await PostAsync(app, content);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(await app.Bucket.GetTextAsync("taken"), Is.EqualTo("old"));
    }

    private static ByteArrayContent Typed(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private static ByteArrayContent Raw(string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        return content;
    }

    private static Task<HttpResponseMessage> PostAsync(WebApp app, HttpContent content)
    {
        HttpRequestMessage request = app.Request(HttpMethod.Post, "/form");
        request.Content = content;
        request.Headers.ExpectContinue = true;
        return app.Client.SendAsync(request);
    }

    private Task<WebApp> StartAsync(FormUploadOptions? options = null) => WebApp.StartAsync(
        app =>
        {
            app.UseExceptionHandler();
            app.MapPost("/form", async (
                HttpRequest request) =>
                    { _form = await request.PutFormFilesAsync(WebApp.FilesOf(request.HttpContext), file => _choose(file), options); });
        },
        static (builder, _) => builder.Services.AddBleepStoreProblemDetails(),
        protocols);
}
