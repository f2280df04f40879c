using System.Globalization;
using System.Net;
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
    private const int Sent = 2_000_000;
    private const string FormType = "multipart/form-data; boundary=xyz";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-web-");

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [Test]
    public async Task A_client_that_breaks_off_leaves_no_object_no_file_and_no_error(
        [Values("/up/a", "/form", "link", "part")] string target, [Values] Sending sending, [Values] bool isAbrupt)
    {
        await using WebApp app = await StartAsync(sending is Sending.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        await app.Bucket.PutAsync("a", "old"u8.ToArray());
        MultipartUpload upload = await app.Bucket.CreateMultipartUploadAsync("a");
        string[] before = Files();
        string address = target switch
        {
            "link" => (await app.Bucket.PresignAsync("a", PresignMethod.Put, TimeSpan.FromMinutes(5))).Url.PathAndQuery,
            "part" => (await upload.PresignPartAsync(1, TimeSpan.FromMinutes(5))).Url.PathAndQuery,
            _ => target,
        };
        app.Backend.Forget();

        await (sending is Sending.Http2 ? BreakOffHttp2Async(app, address, isAbrupt) : BreakOffAsync(app, address, sending, isAbrupt));

        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(await app.Bucket.GetTextAsync("a"), Is.EqualTo("old"));
        Assert.That(app.Log.Errors, Is.Empty);
        await Until.TrueAsync(() => Files().SequenceEqual(before), "no file is left");
        Assert.That(await upload.ListPartsAsync().CountAsync(), Is.Zero);
        Assert.That(
            await app.Bucket.ListMultipartUploadsAsync().Select(static one => one.UploadId).ToListAsync(),
            Is.EqualTo(new[] { upload.UploadId }), "only the upload of the test is left");
    }

    private static async Task BreakOffAsync(WebApp app, string address, Sending sending, bool isAbrupt)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", app.Address.Port);
        client.LingerState = new LingerOption(isAbrupt, 0);
        NetworkStream stream = client.GetStream();
        byte[] some = [.. BeginOf(address), .. new byte[Sent]];
        string length = sending is Sending.Chunked ? "Transfer-Encoding: chunked" : "Content-Length: 20000000";
        string type = address == "/form" ? $"\r\nContent-Type: {FormType}" : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{MethodOf(address)} {address} HTTP/1.1\r\nHost: x\r\n{length}{type}\r\n\r\n"));
        if (sending is Sending.Chunked)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{some.Length:x}\r\n")));
        }

        await stream.WriteAsync(some);
        await BegunAsync(app);
    }

    /// <summary>Resets the stream, or breaks the connection.</summary>
    private static async Task BreakOffHttp2Async(WebApp app, string address, bool isAbrupt)
    {
        Socket? socket = null;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) =>
            {
                socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(enable: true, 0) };
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var request = new HttpRequestMessage(new HttpMethod(MethodOf(address)), new Uri(app.Address, address))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamContent(new StalledStream([.. BeginOf(address), .. new byte[Sent]])),
        };
        if (address == "/form")
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", FormType);
        }

        using var reset = new CancellationTokenSource();
        Task<HttpResponseMessage> answer = client.SendAsync(request, reset.Token);
        await BegunAsync(app);
        if (isAbrupt)
        {
            socket!.Dispose();
        }
        else
        {
            await reset.CancelAsync();
        }

        await Assert.CatchAsync(() => answer);
    }

    private static Task BegunAsync(WebApp app) =>
        Until.TrueAsync(() => app.Backend.Requests.Any(static one => one is "put" or "part"), "the upload has begun");

    private static string MethodOf(string address) => address == "/form" ? "POST" : "PUT";

    private static byte[] BeginOf(string address) =>
        address == "/form" ? "--xyz\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n"u8.ToArray() : [];

    private string[] Files() =>
    [
        .. _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(static file => file.FullName).Order(StringComparer.Ordinal),
    ];

    private Task<WebApp> StartAsync(HttpProtocols protocols)
    {
        int port = WebApp.FreePort();
        return WebApp.StartAsync(
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
                app.MapObjectLinks("/links", static context => context.RequestServices.GetRequiredService<ObjectStore>());
            },
            (builder, store) =>
            {
                builder.Services.AddBleepStoreProblemDetails();
                store.Configure(options =>
                {
                    options.Links.BaseUrl = new Uri($"http://127.0.0.1:{port}/links");
                    options.Links.Key = Convert.ToBase64String(new byte[32]);
                });
            },
            protocols,
            isOnDisk ? _folder.FullName : null,
            port);
    }

    /// <summary>How a client sends a body.</summary>
    public enum Sending
    {
        /// <summary>By HTTP/1.1, with a length.</summary>
        WithLength,

        /// <summary>By HTTP/1.1, in chunks.</summary>
        Chunked,

        /// <summary>By HTTP/2.</summary>
        Http2,
    }
}
