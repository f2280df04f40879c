namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>A shared bucket on a server that refuses one request in twenty with 503, and cuts one connection in a hundred, half of them after the request was carried out.</summary>
public sealed class UnreliableHarness : GcpHarness
{
    private const int Seed = 20261124;

    public override string Name => "gcp, unreliable server";

    protected override BucketMapping Mapping => BucketMapping.SharedContainer;

    public override async ValueTask StartAsync()
    {
        await base.StartAsync();

        // The suite's compare-and-swap loop counts its successes. A write that landed, whose answer was lost and that was then overwritten cannot be told from one that was
        // lost: the contract has it reported as failed, so that a count over such answers proves nothing. Everywhere else answers are lost.
        Server.Faults.Randomly(Seed, refused: 0.05, cut: 0.01, keepsAnswers: static request => request.Name?.EndsWith("/counter", StringComparison.Ordinal) == true);
    }
}
