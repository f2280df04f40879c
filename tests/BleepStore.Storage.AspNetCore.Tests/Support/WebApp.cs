using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>An application on Kestrel at a free port of 127.0.0.1, over a store that is watched, with a client.</summary>
internal sealed class WebApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebApp(WebApplication app, HttpProtocols protocols)
    {
        _app = app;
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Address = new Uri(address);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = Address,
            DefaultRequestVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Store = app.Services.GetRequiredService<ObjectStore>();
        Bucket = Store.GetBucket("files");
        Backend = Store.GetService<WatchedBackend>()!;
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public ObjectStore Store { get; }

    public Bucket Bucket { get; }

    public WatchedBackend Backend { get; }

    public TestLog Log { get; private init; } = new();

    public IServiceProvider Services => _app.Services;

    /// <param name="map">Maps the endpoints.</param>
    /// <param name="configure">Adds services, and changes the server.</param>
    /// <param name="protocols">The protocols of the server. HTTP/2 is spoken at once, without TLS.</param>
    /// <param name="folder">Where a store on a disk lives. Otherwise it lives in memory.</param>
    /// <param name="port">A port that was found before. Otherwise the server finds one.</param>
    public static async Task<WebApp> StartAsync(
        Action<WebApplication> map,
        Action<WebApplicationBuilder, ObjectStoreBuilder>? configure = null,
        HttpProtocols protocols = HttpProtocols.Http1,
        string? folder = null,
        int port = 0)
    {
        var log = new TestLog();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols));
        ObjectStoreBuilder store = builder.Services.AddBleepStore().Decorate(static (_, inner) => new WatchedBackend(inner));
        if (folder is null)
        {
            store.UseInMemory();
        }
        else
        {
            store.UseLocal(folder);
        }

        configure?.Invoke(builder, store);
        WebApplication app = builder.Build();
        map(app);
        await app.Services.GetRequiredService<ObjectStore>().CreateBucketAsync("files");
        await app.StartAsync();
        return new WebApp(app, protocols) { Log = log };
    }

    /// <summary>An application that serves the bucket <c>files</c> under <c>/files</c>.</summary>
    public static Task<WebApp> ServingAsync(
        ObjectResultOptions? options = null, HttpProtocols protocols = HttpProtocols.Http1, TimeProvider? time = null) =>
        StartAsync(
            app => app.MapObjects("/files", FilesOf, options),
            (builder, _) => builder.Services.AddSingleton(time ?? TimeProvider.System),
            protocols);

    public static Bucket FilesOf(Microsoft.AspNetCore.Http.HttpContext context) =>
        context.RequestServices.GetRequiredService<ObjectStore>().GetBucket("files");

    /// <summary>A port that is free now, for a store that must know its address before the server starts.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Gets an object with headers that need not be well-formed.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        await SendAsync(HttpMethod.Get, path, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = Request(method, path);
        foreach ((string name, string value) in headers)
        {
            Assert.That(request.Headers.TryAddWithoutValidation(name, value), Is.True);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>A request of the version that the server speaks.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path) =>
        new(method, path) { Version = Client.DefaultRequestVersion, VersionPolicy = Client.DefaultVersionPolicy };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
