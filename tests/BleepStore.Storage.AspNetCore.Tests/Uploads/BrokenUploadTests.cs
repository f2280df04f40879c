using System.Globalization;
using System.Net.Sockets;
using System.Text;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.AspNetCore.Tests.Uploads;

/// <summary>Clients that break off an upload leave nothing behind.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class BrokenUploadTests(bool isOnDisk)
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-web-");

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [TestCase("/up/a", "PUT", "Content-Length: 20000000", false)]
    [TestCase("/up/a", "PUT", "Content-Length: 20000000", true)]
    [TestCase("/up/a", "PUT", "Transfer-Encoding: chunked", false)]
    [TestCase("/up/a", "PUT", "Transfer-Encoding: chunked", true)]
    [TestCase("/form", "POST", "Content-Type: multipart/form-data; boundary=xyz\r\nContent-Length: 20000000", false)]
    [TestCase("/form", "POST", "Content-Type: multipart/form-data; boundary=xyz\r\nContent-Length: 20000000", true)]
    public async Task A_client_that_breaks_off_leaves_no_object_no_file_and_no_error(
        string path, string method, string header, bool isAbrupt)
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", "old"u8.ToArray());
        string[] before = Files();

        using (var client = new TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", app.Address.Port);
            client.LingerState = new LingerOption(isAbrupt, 0);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n"));
            byte[] some = new byte[9_000_000];
            if (path == "/form")
            {
                await stream.WriteAsync("--xyz\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n"u8.ToArray());
            }
            else if (header.Contains("chunked", StringComparison.Ordinal))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{some.Length:x}\r\n")));
            }

            await stream.WriteAsync(some);
            await Until.TrueAsync(() => app.Backend.Requests.Count(static one => one == "put") > 1, "the upload has begun");
        }

        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
        Assert.That(app.Log.Errors, Is.Empty);
        await Until.TrueAsync(() => Files().SequenceEqual(before), "no file is left");
        int uploads = 0;
        await foreach (MultipartUploadInfo _ in app.Bucket.ListMultipartUploadsAsync())
        {
            uploads++;
        }

        Assert.That(uploads, Is.Zero);
    }

    private string[] Files() =>
    [
        .. _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(static file => file.FullName).Order(StringComparer.Ordinal),
    ];

    private Task<WebApp> StartAsync() => WebApp.StartAsync(
        app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                _ended.TrySetResult();
            });
            app.UseExceptionHandler();
            app.MapPut(
                "/up/{**key}",
                async (string key, HttpRequest request) => (await request.PutObjectAsync(WebApp.FilesOf(request.HttpContext), key)).ETag);
            app.MapPost("/form", async (HttpRequest request) =>
            {
                await request.PutFormFilesAsync(WebApp.FilesOf(request.HttpContext), static file => new FormFileTarget(file.FileName));
            });
        },
        static (builder, _) => builder.Services.AddBleepStoreProblemDetails(),
        HttpProtocols.Http1,
        isOnDisk ? _folder.FullName : null);
}
