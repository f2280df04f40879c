using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.IO;

public sealed class FileCopyTests : LocalFixture
{
    /// <summary>
    /// Only what this thread allocates is counted. The process allocates other things at the same time: the test runner writes its results.
    /// </summary>
    [Test]
    public void A_copy_takes_memory_for_a_buffer_whatever_the_size([Values] bool inKernel)
    {
        const int size = 50_000_000;
        FileLayer layer = inKernel ? new NativeLayer(stepwise: false) : new ManagedLayer(new LinuxHost(hasAttributes: false));
        Assert.That(layer.OpenRoot(Outside, out DiskFolder folder), Is.EqualTo(DiskError.None));
        string path = Path.Combine(Outside, "copy");
        using (folder)
        {
            Assert.That(folder.MakeFile("source", out DiskFile source), Is.EqualTo(DiskError.None));
            Assert.That(source.Write(PatternStream.At(0, size), 0), Is.EqualTo(DiskError.None));
            source.Dispose();
            Assert.That(folder.OpenFile("source", out source), Is.EqualTo(DiskError.None));
            Assert.That(folder.MakeFile("copy", out DiskFile copy), Is.EqualTo(DiskError.None));
            using (source)
            using (copy)
            {
                FileCopy.Run(source, 0, copy, 0, 10, flushesEarly: false, CancellationToken.None);

                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 4; i++)
                {
                    FileCopy.Run(source, 0, copy, (long)i * size, size, flushesEarly: false, CancellationToken.None);
                }

                Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(3_000_000));
            }
        }

        Assert.That(new FileInfo(path).Length, Is.EqualTo(4L * size));
        using (FileStream copied = File.OpenRead(path))
        {
            byte[] part = new byte[1000];
            copied.Position = (3L * size) + 12_345;
            copied.ReadExactly(part);
            Assert.That(part, Is.EqualTo(PatternStream.At(12_345, part.Length)));
        }

        File.Delete(Path.Combine(Outside, "source"));
        File.Delete(path);
    }
}
