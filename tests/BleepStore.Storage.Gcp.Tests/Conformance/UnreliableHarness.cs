using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>
/// A shared bucket on a server that refuses one request in twenty with 503, and cuts one connection in a hundred, half of them after the
/// request was carried out.
/// </summary>
public sealed class UnreliableHarness : GcpHarness
{
    private const int Seed = 20261124;

    public override string Name => "gcp, unreliable server";

    protected override GcpBucketMapping Mapping => GcpBucketMapping.SharedContainer;

    protected override bool NeedsOwnServer => true;

    /// <summary>
    /// Objects are older than the calls that write over them, as most are outside of tests. Over one that is younger than the call, a write
    /// without a condition whose outcome is in doubt is reported and not repeated (RetryConformanceTests).
    /// </summary>
    protected override GcsServerOptions ServerOptions => base.ServerOptions with
    {
        Time = new EarlierTime(),
        SignatureTime = TimeProvider.System,
    };

    public override async ValueTask StartAsync()
    {
        await base.StartAsync();

        // The suite's compare-and-swap loop counts its successes. A write that succeeded, whose answer was lost and that was then
        // overwritten looks the same as a lost one. The contract reports it as failed, so a count of such answers proves nothing.
        // Everywhere else answers are lost.
        Server.Faults.Randomly(
            Seed,
            refused: 0.05,
            cut: 0.01,
            keepsAnswers: static request => request.Name?.EndsWith("/counter", StringComparison.Ordinal) == true);
    }

    /// <summary>The clock by which objects are dated; the server's answers have the true date.</summary>
    private sealed class EarlierTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - TimeSpan.FromMinutes(1);
    }
}
