using System.Runtime.CompilerServices;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage.Tests.Transfers.Folders;

/// <summary>A walk holds the names of one folder of each level. Nothing else allocates meanwhile.</summary>
[NonParallelizable]
[Category(LongRun.Category)]
public class FolderWalkMemoryTests
{
    private const int Branches = 100;
    private const int Depth = 10;
    private const int Moments = 10;
    private const int MostAttempts = 20;

    /// <summary>The changes of the process's memory that do not matter, in bytes.</summary>
    private const long Noise = 64 * 1024;

    private static readonly int FilesPerFolder = LongRun.Count(10, 100);

    /// <summary>
    /// The memory limit of a walk, which is one level for each step of a branch, with space for other work of the process.
    /// </summary>
    private static readonly long Most = (256 * 1024) + (Depth * FilesPerFolder * 256);

    private static int Names => Branches * Depth * FilesPerFolder;

    [Test]
    public void A_walk_of_a_deep_and_wide_tree_holds_one_folder_of_each_level()
    {
        using var folder = new TemporaryFolder();
        Write(folder);
        Assert.That(Walk(folder).Take(1).Count(), Is.EqualTo(1), "what is compiled and made once is there before");
        (long most, long held) = MeasureQuietly(folder);

        TestContext.Out.WriteLine($"{Names} names: a walk holds at most {most} bytes, and a list of all {held}");
        Assert.That(most, Is.LessThan(Most));
        Assert.That(held, Is.GreaterThan(3 * Most), "a list of all is far over the limit");
    }

    /// <summary>
    /// Measures again when the memory of the process has changed meanwhile. Earlier tests can leave timers and tasks behind, which free
    /// megabytes when they end.
    /// </summary>
    private static (long Most, long Held) MeasureQuietly(TemporaryFolder folder)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            long before = Live();
            (long most, long held) = Measure(folder, before);
            if (Math.Abs(Live() - before) < Noise)
            {
                return (most, held);
            }
        }

        Assert.Fail($"In {MostAttempts} attempts the memory of the process was never quiet.");
        return default;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (long Most, long Held) Measure(TemporaryFolder folder, long before)
    {
        long most = 0;
        int count = 0;
        foreach (SyncItem item in Walk(folder))
        {
            if (++count % (Names / Moments) == Names / Moments / 2)
            {
                most = Math.Max(most, Live() - before);
            }

            GC.KeepAlive(item);
        }

        List<SyncItem> all = [.. Walk(folder)];
        long held = Live() - before;
        GC.KeepAlive(all);
        Assert.That(count, Is.EqualTo(Names));
        return (most, held);
    }

    private static IEnumerable<SyncItem> Walk(TemporaryFolder folder) => new FolderWalk(
        folder.PathOf("tree"),
        new NameFilter(new SyncOptions()),
        followsLinks: false,
        static (name, error) => Assert.Fail($"{name}: {error}")).Run();

    private static void Write(TemporaryFolder folder)
    {
        for (int branch = 0; branch < Branches; branch++)
        {
            string path = folder.PathOf($"tree/branch-{branch:D3}");
            for (int level = 0; level < Depth; level++)
            {
                path = Path.Combine(path, $"level-{level}");
                Directory.CreateDirectory(path);
                for (int file = 0; file < FilesPerFolder; file++)
                {
                    File.Create(Path.Combine(path, $"file-{file:D3}")).Dispose();
                }
            }
        }
    }

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
