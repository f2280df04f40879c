using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>
/// Speaks just enough of S3 to be sent an object in parts. It drops the bytes and keeps their number. It checks no signature. The ETag of a
/// part is the MD5 that the client has sent, so the server hashes nothing.
/// </summary>
internal sealed class S3Sink : IAsyncDisposable
{
    private const string Metadata = "x-amz-meta-";

    private static readonly XNamespace Xml = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, Upload> _uploads = [];
    private readonly ConcurrentDictionary<string, Stored> _objects = [];

    private S3Sink(WebApplication application) => _application = application;

    /// <summary>The root, without a bucket.</summary>
    public Uri BaseUri =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<S3Sink> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var sink = new S3Sink(builder.Build());
        sink._application.Run(sink.AnswerAsync);
        await sink._application.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        http.Response.Headers["x-amz-request-id"] = http.TraceIdentifier;
        switch (request.Method)
        {
            case "POST" when request.Query.ContainsKey("uploads"):
                await BeginAsync(http);
                break;
            case "PUT" when request.Query.ContainsKey("partNumber"):
                await PutPartAsync(http);
                break;
            case "POST" when request.Query.ContainsKey("uploadId"):
                await CompleteAsync(http);
                break;
            case "HEAD" when _objects.TryGetValue(request.Path, out Stored? found):
                Show(http.Response, found);
                break;
            case "HEAD":
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
            default:
                // A request that nobody expected must not look like a success.
                http.Response.StatusCode = StatusCodes.Status501NotImplemented;
                break;
        }
    }

    private Task BeginAsync(HttpContext http)
    {
        string id = Guid.NewGuid().ToString("N");
        _uploads[id] = new Upload(http.Request.Headers
            .Where(static header => header.Key.StartsWith(Metadata, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(static header => header.Key, static header => header.Value.ToString()));
        return WriteAsync(http.Response, "InitiateMultipartUploadResult", ("UploadId", id));
    }

    private async Task PutPartAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        long count = await DropAsync(request.BodyReader, http.RequestAborted);

        // A body in signed chunks is longer than the bytes in it.
        if (request.Headers["x-amz-decoded-content-length"].ToString() is { Length: > 0 } decoded)
        {
            count = Math.Min(count, long.Parse(decoded, CultureInfo.InvariantCulture));
        }

        string etag = request.Headers.ContentMD5.ToString() is { Length: > 0 } md5
            ? Convert.ToHexStringLower(Convert.FromBase64String(md5))
            : $"part-{request.Query["partNumber"]}";
        _uploads[request.Query["uploadId"]!].Parts[int.Parse(request.Query["partNumber"]!, CultureInfo.InvariantCulture)] = (count, etag);
        http.Response.Headers.ETag = $"\"{etag}\"";
    }

    private async Task CompleteAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        if (!_uploads.TryRemove(request.Query["uploadId"]!, out Upload? upload))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        XDocument wanted = await XDocument.LoadAsync(request.Body, LoadOptions.None, http.RequestAborted);
        List<byte> digests = [];
        long size = 0;
        int parts = 0;
        foreach (XElement part in wanted.Descendants().Where(static element => element.Name.LocalName == "PartNumber"))
        {
            (long count, string etag) = upload.Parts[(int)part];
            size += count;
            parts++;
            digests.AddRange(etag.Length == 32 ? Convert.FromHexString(etag) : []);
        }

        string made = $"{Convert.ToHexStringLower(MD5.HashData([.. digests]))}-{parts}";
        _objects[request.Path] = new Stored(size, made, upload.Metadata);
        await WriteAsync(http.Response, "CompleteMultipartUploadResult", ("ETag", $"\"{made}\""));
    }

    private static async Task<long> DropAsync(PipeReader body, CancellationToken cancellationToken)
    {
        long count = 0;
        ReadResult read;
        do
        {
            read = await body.ReadAsync(cancellationToken);
            count += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        return count;
    }

    private static void Show(HttpResponse response, Stored found)
    {
        response.ContentLength = found.Size;
        response.Headers.ETag = $"\"{found.ETag}\"";
        response.Headers.LastModified = "Sun, 29 Nov 2026 10:00:00 GMT";
        foreach ((string name, string value) in found.Metadata)
        {
            response.Headers[name] = value;
        }
    }

    private static Task WriteAsync(HttpResponse response, string root, (string Name, string Value) element)
    {
        response.ContentType = "application/xml";
        return response.WriteAsync(new XElement(Xml + root, new XElement(Xml + element.Name, element.Value)).ToString());
    }

    private sealed record Upload(IReadOnlyDictionary<string, string> Metadata)
    {
        public ConcurrentDictionary<int, (long Count, string ETag)> Parts { get; } = [];
    }

    private sealed record Stored(long Size, string ETag, IReadOnlyDictionary<string, string> Metadata);
}
