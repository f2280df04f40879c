using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Commit;

/// <summary>
/// Loss of power while a process writes: a file system in a file is shut down without flushing its log, unmounted, and mounted again.
/// </summary>
public class LocalPowerLossTests
{
    private static int Cuts => LongRun.Count(20, 500);

    [Test]
    [Category(LongRun.Category)]
    public async Task What_was_acknowledged_survives_a_loss_of_power()
    {
        await RequireAsync();
        CrashReport[] reports = await Task.WhenAll(RunAsync("xfs", Cuts / 2, isDurable: true), RunAsync("ext4", Cuts / 2, isDurable: true));

        foreach (CrashReport report in reports)
        {
            await TestContext.Progress.WriteLineAsync($"Loss of power: {report}");
            Assert.That(report.Kills, Is.EqualTo(Cuts / 2));
            Assert.That(report.Acknowledged, Is.GreaterThan(report.Kills), "the processes hardly wrote");
            Assert.That(report.InFlight, Is.GreaterThan(0), "no cut met a change");
        }
    }

    [TestCase("xfs")]
    [TestCase("ext4")]
    public async Task Without_flushing_something_is_lost_so_the_proof_can_fail(string type)
    {
        await RequireAsync();

        await Assert.ThatAsync(() => RunAsync(type, 20, isDurable: false), Throws.TypeOf<CrashTestException>());
    }

    private static async Task<CrashReport> RunAsync(string type, int cuts, bool isDurable)
    {
        string around = Path.Combine(Path.GetTempPath(), $"bleepstore-power-{Guid.NewGuid():N}");
        Directory.CreateDirectory(around);
        try
        {
            // The least that mkfs.xfs takes is 300 MiB. The file has holes.
            await using ForeignMount disk = await ForeignMount.OpenImageAsync(Path.Combine(around, "disk"), type, megabytes: 320);
            return await CrashTest.CutPowerAsync(cuts, Random.Shared.Next(), disk.Path, new Switch(disk), isDurable);
        }
        finally
        {
            Directory.Delete(around, recursive: true);
        }
    }

    private static async Task RequireAsync()
    {
        try
        {
            await Tools.RunAsync("xfs_io", "-V");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing.EndTest("There is no xfs_io to take the power from a file system. Install xfsprogs, and run the tests as root.", isRequired: false);
        }
    }

    private sealed class Switch(ForeignMount disk) : IPowerSwitch
    {
        public Task CutAsync() => disk.ShutDownAsync();

        public Task RestoreAsync() => disk.RemountAsync();

        public Task FlushAsync() => disk.FlushAsync();
    }
}
