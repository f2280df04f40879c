using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.IO;

public sealed class FileWriteStreamTests : LocalFixture
{
    [Test]
    public async Task A_full_disk_is_InsufficientStorage_and_leaves_the_old_object()
    {
        // /dev/full stands for a disk that has no room: every write to it is ENOSPC.
        await OpenBucketAsync();
        Assert.That(new NativeLayer(stepwise: false).OpenRoot("/dev", out DiskFolder devices), Is.EqualTo(DiskError.None));
        using (devices)
        {
            Assert.That(Posix.Open(devices, "full", OpenFlags.Locks, out nint opened), Is.EqualTo(Errno.None));
            using (var full = new NativeFile(opened))
            {
                var stream = new FileWriteStream(full, flushesEarly: false);
                await FailAsync(StorageErrorCode.InsufficientStorage, async () => await stream.WriteAsync(new byte[10]));
                await FailAsync(StorageErrorCode.InsufficientStorage, async () => await stream.WriteAsync(new byte[1_000_000]));
            }
        }
    }
}
