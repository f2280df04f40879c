using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Local.Tests.IO;

/// <summary>The one table, whole: what the system answers, and what of it comes out.</summary>
public sealed class LocalErrorsTests : ErrorTableTests<LocalErrorsTests>, IErrorTable
{
    public static IReadOnlyList<(int Number, string Name, StorageErrorCode Expected)> Codes { get; } =
    [
        (Errno.EPERM, "EPERM", StorageErrorCode.AccessDenied),
        (Errno.EACCES, "EACCES", StorageErrorCode.AccessDenied),
        (Errno.EROFS, "EROFS", StorageErrorCode.AccessDenied),
        (Errno.ELOOP, "ELOOP", StorageErrorCode.AccessDenied),
        (Errno.EXDEV, "EXDEV", StorageErrorCode.NotSupported),
        (Errno.ENOENT, "ENOENT", StorageErrorCode.ServiceUnavailable),
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
        ((int)DiskError.HeldOpen, "SHARING_VIOLATION", StorageErrorCode.OperationAborted),
    ];

    public static IEnumerable<string> KnownCodes =>
        LocalErrors.KnownCodes.Select(static number => LocalErrors.From(number, "Writing the object").ProviderCode!);

    [Test]
    public void A_number_that_is_not_known_is_told() => AssertMaps(9999, "errno 9999", StorageErrorCode.InternalError);

    [TestCase(false)]
    [TestCase(true)]
    public void A_write_that_may_have_landed_says_so(bool unknown) =>
        AssertOutcome(From(Errno.EIO, "EIO", mayHaveLanded: unknown), unknown);

    [Test]
    public void Success_is_no_error() => Assert.That(() => LocalErrors.Check(DiskError.None, "Writing the object"), Throws.Nothing);

    protected override StorageException From(int number, string? name, bool? mayHaveLanded = null) =>
        LocalErrors.From((DiskError)number, "Writing the object", mayHaveLanded ?? false);

    protected override void AssertKeeps(StorageException error, int number, string? name) =>
        Assert.That(error.Message, Does.Contain("Writing the object failed"));
}
