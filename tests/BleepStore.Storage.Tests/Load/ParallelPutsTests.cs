using System.Globalization;
using BleepStore.Storage.LoadTest;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Load;

/// <summary>
/// Puts of 9 MiB, all at a time, in a process of their own that may open 1,024 files. The program <c>tests/BleepStore.Storage.LoadTest</c>
/// runs on its own, too.
/// </summary>
[NonParallelizable]
[Category(LongRun.Category)]
[Platform("Linux")]
public class ParallelPutsTests
{
    /// <summary>Few for every day. Held at once they would still be nearly twice what is allowed.</summary>
    private const int FewPuts = 220;

    private const long MostMiB = 1024;

    private static readonly TimeSpan LatestTimer = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A timer that is late because the machine is busy with something else is late now and then. A timer that is late because of the puts
    /// is late every time. The full count has the machine for itself.
    /// </summary>
    private static int Runs => Puts == FewPuts ? 3 : 1;

    private static int Puts => Environment.GetEnvironmentVariable("BLEEPSTORE_LOAD_PUTS") is { Length: > 0 } count
        ? int.Parse(count, CultureInfo.InvariantCulture)
        : LongRun.Count(FewPuts, 3000);

    [TestCase("cloud", "sequential")]
    [TestCase("cloud", "waiting")]
    [TestCase("cloud", "seekable")]
    [TestCase("local", "waiting")]
    [TestCase("local", "seekable")]
    public async Task Puts_that_run_at_a_time_stay_within_memory_and_descriptors_and_let_timers_fire(string store, string source)
    {
        TimeSpan latest = TimeSpan.MaxValue;
        for (int run = 0; run < Runs && latest >= LatestTimer; run++)
        {
            LoadReport report = await LoadChild.RunAsync(store, source, Puts);
            await TestContext.Progress.WriteLineAsync($"{store}, {source}: {report}");
            Assert.That((report.Puts, report.Failures), Is.EqualTo((Puts, 0)), report.FirstFailure);
            Assert.That(report.PeakMiB, Is.LessThan(MostMiB));
            Assert.That(report.MostFiles, Is.LessThan(LoadChild.MostFiles / 2));
            latest = report.LatestTimer;
        }

        Assert.That(latest, Is.LessThan(LatestTimer));
    }
}
