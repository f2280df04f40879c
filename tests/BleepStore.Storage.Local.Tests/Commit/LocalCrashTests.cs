using System.Globalization;
using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Commit;

/// <summary>
/// The crash test of <c>tests/BleepStore.Storage.Local.Crasher</c>, which runs on its own, too, for as many kills as wanted.
/// </summary>
public class LocalCrashTests
{
    private static int Kills => Number("BLEEPSTORE_CRASH_KILLS") ?? LongRun.Count(60, 2_000);

    [Test]
    [Category(LongRun.Category)]
    public async Task Processes_killed_while_they_write_lose_nothing_tear_nothing_and_leave_nothing_behind()
    {
        int kills = Kills;
        CrashReport report = await CrashTest.RunAsync(kills, Number("BLEEPSTORE_CRASH_SEED") ?? Random.Shared.Next(), lanes: 2, Path.GetTempPath(), TestContext.Progress);

        await TestContext.Progress.WriteLineAsync(report.ToString());
        Assert.That(report.Kills, Is.EqualTo(kills));
        Assert.That(report.Acknowledged, Is.GreaterThan(kills), "the processes hardly wrote");
        Assert.That(report.InFlight, Is.GreaterThan(kills / 4), "hardly any kill met a change");
        Assert.That(report.Landed, Is.Not.Zero.And.Not.EqualTo(report.InFlight), "all kills were early, or all were late");
    }

    /// <summary>The same, on the file layer for Windows and macOS.</summary>
    [Test]
    [Category(LongRun.Category)]
    public async Task Processes_killed_on_the_managed_layer_lose_nothing_tear_nothing_and_leave_nothing_behind()
    {
        int kills = Number("BLEEPSTORE_CRASH_KILLS") ?? LongRun.Count(60, 2_000);
        CrashReport report = await CrashTest.RunAsync(
            kills, Number("BLEEPSTORE_CRASH_SEED") ?? Random.Shared.Next(), lanes: 2, Path.GetTempPath(), TestContext.Progress, isManaged: true);

        await TestContext.Progress.WriteLineAsync(report.ToString());
        Assert.That(report.Kills, Is.EqualTo(kills));
        Assert.That(report.Acknowledged, Is.GreaterThan(kills), "the processes hardly wrote");
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
