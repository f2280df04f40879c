using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests;

public class LocalErrorsTests : LocalFixture
{
    [TestCase(Errno.ENOSPC, "ENOSPC", StorageErrorCode.InsufficientStorage)]
    [TestCase(Errno.EDQUOT, "EDQUOT", StorageErrorCode.InsufficientStorage)]
    [TestCase(Errno.EACCES, "EACCES", StorageErrorCode.AccessDenied)]
    [TestCase(Errno.EPERM, "EPERM", StorageErrorCode.AccessDenied)]
    [TestCase(Errno.EROFS, "EROFS", StorageErrorCode.AccessDenied)]
    [TestCase(Errno.ELOOP, "ELOOP", StorageErrorCode.AccessDenied)]
    [TestCase(Errno.EMFILE, "EMFILE", StorageErrorCode.ServiceUnavailable)]
    [TestCase(Errno.EIO, "EIO", StorageErrorCode.InternalError)]
    [TestCase(Errno.ENAMETOOLONG, "ENAMETOOLONG", StorageErrorCode.InvalidKey)]
    [TestCase(9999, "errno 9999", StorageErrorCode.InternalError)]
    public void An_error_number_has_a_code_and_its_name(int error, string name, StorageErrorCode code)
    {
        StorageException mapped = LocalErrors.From(error, "Writing the object");

        Assert.That((mapped.Code, mapped.ProviderCode), Is.EqualTo((code, name)));
        Assert.That(mapped.Message, Does.Contain("Writing the object failed"));
    }

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
