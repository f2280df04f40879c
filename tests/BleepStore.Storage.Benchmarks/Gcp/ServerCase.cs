using System.Net.Http.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>
/// A case on the test server of the JSON API, which runs in the process of the runner, beside the measured ones, and keeps everything in
/// its memory.
/// </summary>
/// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
internal abstract class ServerCase(bool isSdk) : BenchmarkCase
{
    public override string BoundBy => "The test server on the same machine, which hashes what it receives";

    /// <summary>Beside plain HTTP the ratio is what the SDK and this library cost together: shown, not limited.</summary>
    public override IReadOnlyList<Limit> Limits => IsSdk ? [Limit.Ratio(Metric.Time, 1.0), Limit.Ratio(Metric.PeakRss, 1.0)] : [];

    public override CaseSize FullSize => new(256 * ServerWorkload.Mebibyte, 1);

    public override CaseSize ShortSize => new(20 * ServerWorkload.Mebibyte, 1);

    protected bool IsSdk => isSdk;

    public override async Task<BenchmarkServer?> StartServerAsync(CancellationToken cancellationToken)
    {
        GcsServer server = await GcsServer.StartAsync(new GcsServerOptions { AccessToken = ServerWorkload.Token });
        using var http = ServerWorkload.Connect();
        var bucket = new Dictionary<string, string> { ["name"] = ServerWorkload.Upstream };
        using HttpResponseMessage answer = await http.PostAsJsonAsync(new Uri(server.BaseUri, "storage/v1/b?project=project"), bucket, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return new BenchmarkServer(server.BaseUri.AbsoluteUri);
    }
}
