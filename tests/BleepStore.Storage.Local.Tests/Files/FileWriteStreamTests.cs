using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Files;

public sealed class FileWriteStreamTests : LocalFixture
{
    [Test]
    public async Task A_full_disk_is_InsufficientStorage_and_leaves_the_old_object()
    {
        // /dev/full stands for a disk that has no room: every write to it is ENOSPC.
        await OpenBucketAsync();
        Assert.That(Posix.OpenRoot("/dev", out var devices), Is.Zero);
        using (devices)
        {
            Assert.That(Posix.Open(devices, "full", OpenFlags.ExistingLock, out var full), Is.Zero);
            using (full)
            {
                var stream = new FileWriteStream(full, flushesEarly: false);
                await FailAsync(StorageErrorCode.InsufficientStorage, async () => await stream.WriteAsync(new byte[10]));
                await FailAsync(StorageErrorCode.InsufficientStorage, async () => await stream.WriteAsync(new byte[1_000_000]));
            }
        }
    }
}
