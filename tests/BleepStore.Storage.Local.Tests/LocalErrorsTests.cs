using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests;

/// <summary>The one table, whole: what the system answers, and what of it comes out.</summary>
public class LocalErrorsTests : LocalFixture
{
    private static readonly (int Number, string Name, StorageErrorCode Expected)[] Codes =
    [
        (Errno.EPERM, "EPERM", StorageErrorCode.AccessDenied),
        (Errno.EACCES, "EACCES", StorageErrorCode.AccessDenied),
        (Errno.EROFS, "EROFS", StorageErrorCode.AccessDenied),
        (Errno.ELOOP, "ELOOP", StorageErrorCode.AccessDenied),
        (Errno.EXDEV, "EXDEV", StorageErrorCode.NotSupported),
        (Errno.ENOENT, "ENOENT", StorageErrorCode.InternalError),
        (Errno.ENOTDIR, "ENOTDIR", StorageErrorCode.AccessDenied),
        (Errno.EISDIR, "EISDIR", StorageErrorCode.AccessDenied),
        (Errno.EEXIST, "EEXIST", StorageErrorCode.InternalError),
        (Errno.ENOTEMPTY, "ENOTEMPTY", StorageErrorCode.InternalError),
        (Errno.ENOSPC, "ENOSPC", StorageErrorCode.InsufficientStorage),
        (Errno.EDQUOT, "EDQUOT", StorageErrorCode.InsufficientStorage),
        (Errno.EFBIG, "EFBIG", StorageErrorCode.EntityTooLarge),
        (Errno.EMLINK, "EMLINK", StorageErrorCode.InsufficientStorage),
        (Errno.ENAMETOOLONG, "ENAMETOOLONG", StorageErrorCode.InvalidKey),
        (Errno.EILSEQ, "EILSEQ", StorageErrorCode.InvalidKey),
        (Errno.EINVAL, "EINVAL", StorageErrorCode.InternalError),
        (Errno.EOPNOTSUPP, "EOPNOTSUPP", StorageErrorCode.NotSupported),
        (Errno.ENOSYS, "ENOSYS", StorageErrorCode.NotSupported),
        (Errno.ENOLCK, "ENOLCK", StorageErrorCode.ServiceUnavailable),
        (Errno.EMFILE, "EMFILE", StorageErrorCode.ServiceUnavailable),
        (Errno.ENFILE, "ENFILE", StorageErrorCode.ServiceUnavailable),
        (Errno.ENOMEM, "ENOMEM", StorageErrorCode.ServiceUnavailable),
        (Errno.EBUSY, "EBUSY", StorageErrorCode.ServiceUnavailable),
        (Errno.EAGAIN, "EAGAIN", StorageErrorCode.ServiceUnavailable),
        (Errno.ESTALE, "ESTALE", StorageErrorCode.ServiceUnavailable),
        (Errno.ETIMEDOUT, "ETIMEDOUT", StorageErrorCode.ServiceUnavailable),
        (Errno.EIO, "EIO", StorageErrorCode.InternalError),
    ];

    private static IEnumerable<TestCaseData> CodeCases() => Codes.Select(static one => new TestCaseData(one.Number, one.Name, one.Expected).SetArgDisplayNames(one.Name));

    [TestCaseSource(nameof(CodeCases))]
    public void Is_mapped_by_code(int number, string name, StorageErrorCode expected) => AssertMaps(number, name, expected);

    [Test]
    public void Every_code_of_the_table_is_tested() => Assert.That(LocalErrors.KnownCodes, Is.EquivalentTo(Codes.Select(static one => one.Number)));

    [Test]
    public void A_number_that_is_not_known_is_told() => AssertMaps(9999, "errno 9999", StorageErrorCode.InternalError);

    [TestCase(false)]
    [TestCase(true)]
    public void A_write_that_may_have_landed_says_so(bool unknown)
    {
        StorageException error = LocalErrors.From(Errno.EIO, "Writing the object", unknown);

        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(unknown));
        Assert.That(error.Message.Contains("may have taken effect", StringComparison.Ordinal), Is.EqualTo(unknown));
    }

    [Test]
    public void Success_is_no_error() => Assert.That(() => LocalErrors.Check(Errno.None, "Writing the object"), Throws.Nothing);

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

    private static void AssertMaps(int number, string name, StorageErrorCode expected)
    {
        StorageException error = LocalErrors.From(number, "Writing the object");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(expected));
            Assert.That(error.IsTransient, Is.EqualTo(expected == StorageErrorCode.ServiceUnavailable));
            Assert.That(error.Message.Contains("Trying again can help", StringComparison.Ordinal), Is.EqualTo(expected == StorageErrorCode.ServiceUnavailable));
            Assert.That(error.ProviderCode, Is.EqualTo(name));
            Assert.That(error.Message, Does.Contain("Writing the object failed"));
            Assert.That(error.IsOutcomeUnknown, Is.False);
        }
    }
}
