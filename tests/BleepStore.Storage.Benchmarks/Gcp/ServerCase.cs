using System.Net.Http.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>A case on the test server of the JSON API, which runs in the process of the runner, beside the measured ones, and keeps everything in its memory.</summary>
internal abstract class ServerCase : BenchmarkCase
{
    public override string BoundBy => "The test server on the same machine, which hashes what it receives";

    public override CaseSize FullSize => new(256 * ServerWorkload.Mebibyte, 1);

    public override CaseSize ShortSize => new(20 * ServerWorkload.Mebibyte, 1);

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
