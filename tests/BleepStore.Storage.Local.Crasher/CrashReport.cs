using System.Globalization;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>What a crash test did, when nothing was wrong.</summary>
/// <param name="Seed">To do it again.</param>
/// <param name="Kills">Processes killed.</param>
/// <param name="Acknowledged">Changes that the processes had been told were done.</param>
/// <param name="InFlight">Changes that a kill cut off.</param>
/// <param name="Landed">Of these, the ones that were found done.</param>
/// <param name="Objects">Objects read back whole after the kills.</param>
/// <param name="Elapsed">The time it took.</param>
public sealed record CrashReport(int Seed, int Kills, int Acknowledged, int InFlight, int Landed, int Objects, TimeSpan Elapsed)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {Kills} kills, {Acknowledged} acknowledged changes, {InFlight} cut off ({Landed} of them done), {Objects} objects read back, {Elapsed.TotalSeconds:F1} s: nothing lost, nothing torn, nothing left behind");
}
