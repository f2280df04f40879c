using System.Net.Http.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>
/// The test server of the JSON API, which runs in the process of the runner, beside the measured ones, and keeps everything in its memory.
/// </summary>
internal sealed class ServerPlace : BenchmarkPlace
{
    public const string BoundBy = "The test server on the same machine, which hashes what it receives";

    public static ServerPlace Place { get; } = new();

    /// <summary>Beside plain HTTP the ratio is the cost of the SDK and this library together, which is shown without a limit.</summary>
    public static IReadOnlyList<Limit> LimitsOf(bool isSdk) =>
        isSdk ? [Limit.Ratio(Metric.Time, 1.0), Limit.Ratio(Metric.PeakRss, 1.0)] : [];

    /// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
    public static LargePutOperation LargePut(bool isSdk) => new(
        isSdk ? "gcp-server-large-put-sdk" : "gcp-server-large-put",
        "`PutAsync` of a stream that is not seekable, its length unknown",
        isSdk
            ? "`StorageClient.UploadObjectAsync` of the same stream, at its defaults, which sends no MD5"
            : "`HttpClient`: one resumable upload in one request, its length known, MD5 and CRC32C in line and compared with the answer",
        BoundBy,
        Place,
        (context, _) => new ServerObjects(context, isSdk))
    {
        Limits = LimitsOf(isSdk),
    };

    public static RangedGets Starts { get; } = new(
        "gcp-server-first-16k",
        "First 16 KiB of 2,000 objects, Google's test server",
        "`StorageClient.DownloadObjectAsync` of the range, chunks of 256 KiB, into an array",
        Place,
        static context => new ServerObjects(context, isSdk: true),
        isOnlyFull: false);

    /// <summary>The vendor's client gets all by one request. So there is no concurrency to be equal.</summary>
    public static LargeDownloadOperation Download { get; } = new(
        "gcp-server-download",
        "Download to a file, Google's test server",
        "`GetFileAsync`, 4 at a time; flushed",
        "`StorageClient.DownloadObjectAsync` into a `FileStream`, at its defaults; CRC32C compared, not flushed",
        "The test server and the disk of the same machine",
        Place,
        static (context, _) => new ServerObjects(context, isSdk: true))
    {
        Limits = LimitsOf(isSdk: true),
        IsOnlyFull = true,
    };

    public static LargeDownloadOperation ThrottledDownload { get; } = Download with
    {
        Name = "gcp-server-throttled-download",
        Title = "Download to a file, Google's test server, slow line",
        BoundBy = ThrottledPlace.BoundBy,
        Place = new ThrottledPlace(Place),
        Limits = [ThrottledPlace.LeastRate(4), Limit.Ratio(Metric.Time, 1.05)],
        IsOnlyFull = false,
    };

    public override Task<string?> FindObstacleAsync() => Task.FromResult<string?>(null);

    public override async Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken)
    {
        GcsServer server = await GcsServer.StartAsync(new GcsServerOptions { AccessToken = ServerObjects.Token });
        using var http = ServerObjects.Connect();
        var bucket = new Dictionary<string, string> { ["name"] = ServerObjects.Upstream };
        var address = new Uri(server.BaseUri, "storage/v1/b?project=project");
        using HttpResponseMessage answer = await http.PostAsJsonAsync(address, bucket, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return new BenchmarkServer(server.BaseUri.AbsoluteUri, server.BaseUri) { End = server.DisposeAsync };
    }
}
