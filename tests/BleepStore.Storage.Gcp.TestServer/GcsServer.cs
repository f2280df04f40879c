using System.Net;
using BleepStore.Storage.Gcp.TestServer.Faults;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.Signing;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Gcp.TestServer;

/// <summary>
/// Google Cloud Storage's JSON API, and of its XML API what signed URLs and forms need, in this process and in memory, on a free port of
/// 127.0.0.1. It is written from the public reference alone, and strict. It refuses the same requests as the service, with the same status
/// and <c>reason</c>. A parameter or property that it does not know is answered with 501, so that no test passes because something was
/// ignored.
/// </summary>
/// <remarks>
/// The pages are those of the "Cloud Storage JSON API" and of "Cloud Storage documentation". Comments name the page of a rule, or say that
/// there is none. Buckets have no soft delete, no holds and no ACLs. Thread-safe.
/// </remarks>
public sealed class GcsServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Project _project;

    private GcsServer(
        WebApplication application, Project project, GcsServerOptions options, Uri baseUri, RequestLog requests, FaultPlan faults)
    {
        _application = application;
        _project = project;
        Options = options;
        BaseUri = baseUri;
        Requests = requests;
        Faults = faults;
    }

    /// <summary>The root, e.g. <c>http://127.0.0.1:41234/</c>: in place of <c>https://storage.googleapis.com/</c>.</summary>
    public Uri BaseUri { get; }

    /// <summary>How the server behaves.</summary>
    public GcsServerOptions Options { get; }

    /// <summary>The received requests.</summary>
    public RequestLog Requests { get; }

    /// <summary>The faults on demand. The default is none.</summary>
    public FaultPlan Faults { get; }

    /// <summary>The live objects of all buckets, for tests that check for leftovers.</summary>
    public IReadOnlyList<(string Bucket, string Name)> ObjectNames
    {
        get
        {
            lock (_project.Lock)
            {
                return [.. _project.Buckets.SelectMany(static bucket => bucket.Objects.Keys.Select(name => (bucket.Name, name)))];
            }
        }
    }

    /// <summary>All versions of the objects of all buckets, which a versioned bucket keeps and bills.</summary>
    public IReadOnlyList<(string Bucket, string Name, bool IsLive)> ObjectVersions
    {
        get
        {
            lock (_project.Lock)
            {
                return [.. _project.Buckets.SelectMany(
                    static bucket => bucket.Versions.Select(version => (bucket.Name, version.Name, version.IsLive)))];
            }
        }
    }

    /// <summary>Starts a server without buckets.</summary>
    public static async Task<GcsServer> StartAsync(GcsServerOptions? options = null)
    {
        options ??= new GcsServerOptions();
        var requests = new RequestLog();
        var faults = new FaultPlan();
        var project = new Project(options.Time);
        var keys = new SigningKeys(options.SigningKeys);
        TimeProvider signatureTime = options.SignatureTime ?? options.Time;
        var pipeline = new Pipeline(
            options, project, requests, faults, new SignedUrl(keys, signatureTime), new PostPolicy(keys, signatureTime));

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(
                IPAddress.Loopback, 0, listen => listen.Protocols = options.SpeaksHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;

            // A debugger or a busy machine is not a slow client.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        WebApplication application = builder.Build();
        application.Run(pipeline.AnswerAsync);
        await application.StartAsync();
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new GcsServer(application, project, options, new Uri(address + "/"), requests, faults);
    }

    /// <summary>Stops at once; what is under way is cut.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
