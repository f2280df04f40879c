using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Gcp.Tests.Conformance.OnHttp2;

public sealed class GcpStreams : StreamsConformance<Http2Harness>
{
    [TearDown]
    public void AssertVersion() => ((Http2Harness)Harness).AssertAllRequestsCameByHttp2();
}

public sealed class GcpLibraries : LibrariesConformance<Http2Harness>
{
    [TearDown]
    public void AssertVersion() => ((Http2Harness)Harness).AssertAllRequestsCameByHttp2();
}

public sealed class Completeness
{
    [Test]
    public void Binds_the_streams() =>
        ConformanceCompleteness.AssertBound(typeof(Completeness).Assembly, typeof(Http2Harness), typeof(StreamsConformance<>));
}
