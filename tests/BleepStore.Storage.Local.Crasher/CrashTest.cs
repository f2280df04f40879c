using System.Diagnostics;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>Kills processes that write to a store, and looks at what they left.</summary>
public static class CrashTest
{
    /// <summary>Runs the test.</summary>
    /// <param name="kills">How many processes to kill, on all stores together.</param>
    /// <param name="seed">What everything but the moments of death follows from.</param>
    /// <param name="lanes">How many stores to test side by side.</param>
    /// <param name="folder">Where to make them.</param>
    /// <param name="output">Takes the seed, at once.</param>
    /// <param name="isManaged">Whether the stores are on the file layer for systems other than Linux.</param>
    /// <exception cref="CrashTestException">A promise was broken; the store is left for a look.</exception>
    public static async Task<CrashReport> RunAsync(int kills, int seed, int lanes, string folder, TextWriter output, bool isManaged = false)
    {
        await output.WriteLineAsync($"Crash test: {kills} kills, seed {seed}, {lanes} stores at a time, in {folder}");
        long begun = Stopwatch.GetTimestamp();
        Lane[] all = [.. Enumerable.Range(0, lanes).Select(lane => new Lane(Path.Combine(folder, $"bleepstore-crash-{Guid.NewGuid():N}"), unchecked((seed * 31) + lane), isManaged: isManaged))];
        await Task.WhenAll(all.Select((lane, i) => Task.Run(() => lane.RunAsync((kills / lanes) + (i < kills % lanes ? 1 : 0)))));
        return ReportOf(all, seed, begun);
    }

    /// <summary>Takes the power from the disk that processes write to, and looks at what is left.</summary>
    /// <param name="cuts">How often.</param>
    /// <param name="seed">What everything but the moments of the cuts follows from.</param>
    /// <param name="folder">Where the store is made, on the disk of the switch.</param>
    /// <param name="power">The switch.</param>
    /// <param name="isDurable">Whether the processes flush. Without it something is lost.</param>
    /// <exception cref="CrashTestException">A promise was broken.</exception>
    public static async Task<CrashReport> CutPowerAsync(int cuts, int seed, string folder, IPowerSwitch power, bool isDurable)
    {
        long begun = Stopwatch.GetTimestamp();
        var lane = new Lane(Path.Combine(folder, "power"), seed, power, isDurable);
        await lane.RunAsync(cuts);
        return ReportOf([lane], seed, begun);
    }

    private static CrashReport ReportOf(Lane[] all, int seed, long begun) => new(
        seed,
        all.Sum(static lane => lane.Kills),
        all.Sum(static lane => lane.Ledger.Acknowledged),
        all.Sum(static lane => lane.Ledger.InFlight),
        all.Sum(static lane => lane.Ledger.Landed),
        all.Sum(static lane => lane.Objects),
        Stopwatch.GetElapsedTime(begun));
}
