using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>A shared bucket on a server that speaks HTTP/2 alone.</summary>
public sealed class Http2Harness : GcpHarness
{
    private readonly Http2Handler _handler = new();

    public override string Name => "gcp, HTTP/2";

    protected override GcpBucketMapping Mapping => GcpBucketMapping.SharedContainer;

    protected override bool NeedsOwnServer => true;

    protected override GcsServerOptions ServerOptions => base.ServerOptions with { SpeaksHttp2 = true };

    /// <summary>Fails when a request came by another version of HTTP, or when none came.</summary>
    public void AssertAllRequestsCameByHttp2() => Assert.That(
        Server.Requests.Records.Select(static record => record.Protocol).Distinct(), Is.EqualTo(["HTTP/2"]));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _handler.Dispose();
    }

    /// <summary>The backend does not dispose a handler that it is given.</summary>
    protected override void Configure(GcpBackendOptions options) => options.HandlerFactory = _ => _handler;
}
