using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;

namespace BleepStore.Storage.Local.Tests.Managed;

/// <summary>The errors of Windows and macOS, as the class library's exceptions carry them.</summary>
public class HostErrorsTests
{
    private const int Win32Facility = unchecked((int)0x8007_0000);

    [TestCase(1, DiskError.NotSupported)]
    [TestCase(2, DiskError.NotFound)]
    [TestCase(3, DiskError.NotFound)]
    [TestCase(4, DiskError.ProcessHasTooManyFiles)]
    [TestCase(5, DiskError.AccessDenied)]
    [TestCase(8, DiskError.OutOfMemory)]
    [TestCase(17, DiskError.OtherDisk)]
    [TestCase(19, DiskError.ReadOnly)]
    [TestCase(21, DiskError.DiskFailed)]
    [TestCase(32, DiskError.HeldOpen)]
    [TestCase(33, DiskError.HeldOpen)]
    [TestCase(39, DiskError.DiskFull)]
    [TestCase(50, DiskError.NotSupported)]
    [TestCase(53, DiskError.NotFound)]
    [TestCase(80, DiskError.Exists)]
    [TestCase(87, DiskError.Invalid)]
    [TestCase(112, DiskError.DiskFull)]
    [TestCase(121, DiskError.TimedOut)]
    [TestCase(123, DiskError.InvalidName)]
    [TestCase(145, DiskError.NotEmpty)]
    [TestCase(170, DiskError.InUse)]
    [TestCase(183, DiskError.Exists)]
    [TestCase(206, DiskError.NameTooLong)]
    [TestCase(223, DiskError.FileTooLarge)]
    [TestCase(267, DiskError.NotAFolder)]
    [TestCase(303, DiskError.HeldOpen)]
    [TestCase(1117, DiskError.DiskFailed)]
    [TestCase(1142, DiskError.TooManyLinks)]
    [TestCase(1224, DiskError.HeldOpen)]
    [TestCase(1295, DiskError.QuotaUsedUp)]
    [TestCase(1450, DiskError.OutOfMemory)]
    [TestCase(11, 100_011)]
    [TestCase(22, 100_022)]
    public void Windows(int number, object expected) =>
        Assert.That(new WindowsHost().ErrorOf(new IOException("x", Win32Facility | number)), Is.EqualTo((DiskError)(int)expected));

    [TestCase(1, DiskError.NotPermitted)]
    [TestCase(2, DiskError.NotFound)]
    [TestCase(5, DiskError.DiskFailed)]
    [TestCase(13, DiskError.AccessDenied)]
    [TestCase(16, DiskError.InUse)]
    [TestCase(17, DiskError.Exists)]
    [TestCase(18, DiskError.OtherDisk)]
    [TestCase(20, DiskError.NotAFolder)]
    [TestCase(21, DiskError.IsAFolder)]
    [TestCase(22, DiskError.Invalid)]
    [TestCase(24, DiskError.ProcessHasTooManyFiles)]
    [TestCase(27, DiskError.FileTooLarge)]
    [TestCase(28, DiskError.DiskFull)]
    [TestCase(30, DiskError.ReadOnly)]
    [TestCase(35, DiskError.WouldBlock)]
    [TestCase(45, DiskError.NotSupported)]
    [TestCase(60, DiskError.TimedOut)]
    [TestCase(62, DiskError.IsALink)]
    [TestCase(63, DiskError.NameTooLong)]
    [TestCase(66, DiskError.NotEmpty)]
    [TestCase(69, DiskError.QuotaUsedUp)]
    [TestCase(70, DiskError.Stale)]
    [TestCase(77, DiskError.NoLocks)]
    [TestCase(78, DiskError.NotThere)]
    [TestCase(92, DiskError.InvalidName)]
    [TestCase(93, DiskError.NoAttribute)]
    [TestCase(102, DiskError.NotSupported)]
    [TestCase(36, 20_036)]
    [TestCase(61, 20_061)]
    [TestCase(84, 20_084)]
    public void MacOS(int number, object expected) =>
        Assert.That(new MacHost().ErrorOf(new IOException("x", number)), Is.EqualTo((DiskError)(int)expected));

    [Test]
    public void Exceptions_of_a_kind_of_their_own([Values] bool isWindows)
    {
        HostSystem host = isWindows ? new WindowsHost() : new MacHost();

        Assert.That(host.ErrorOf(new FileNotFoundException()), Is.EqualTo(DiskError.NotFound));
        Assert.That(host.ErrorOf(new DirectoryNotFoundException()), Is.EqualTo(DiskError.NotFound));
        Assert.That(host.ErrorOf(new PathTooLongException()), Is.EqualTo(DiskError.NameTooLong));
        Assert.That(host.ErrorOf(new UnauthorizedAccessException()), Is.EqualTo(DiskError.AccessDenied));
        Assert.That(host.ErrorOf(new UnauthorizedAccessException("x", new IOException("x", 1))), Is.EqualTo(
            isWindows ? DiskError.NotSupported : DiskError.NotPermitted));
    }

    /// <summary>A disk that cannot flush its cache by the strong call is flushed by the usual one. A disk that failed is not.</summary>
    [TestCase(22, true)]
    [TestCase(25, true)]
    [TestCase(45, true)]
    [TestCase(102, true)]
    [TestCase(4, false)]
    [TestCase(5, false)]
    [TestCase(28, false)]
    public void MacOS_falls_back_to_the_usual_flush_only_where_the_strong_one_is_unknown(int number, bool expected) =>
        Assert.That(MacHost.IsUnknownCall(new MacHost().ErrorOf(new IOException("x", number))), Is.EqualTo(expected));

    [TestCase(DiskError.None, DiskError.Exists, DiskError.None)]
    [TestCase(DiskError.HeldOpen, DiskError.None, DiskError.HeldOpen)]
    [TestCase(DiskError.NotSupported, DiskError.None, DiskError.None)]
    [TestCase(DiskError.Invalid, DiskError.AccessDenied, DiskError.AccessDenied)]
    public void Windows_before_1809_is_asked_again_without_the_flag_of_1809(object with, object without, object expected)
    {
        var asked = new List<uint>();

        DiskError error = WindowsHost.WithOrWithout(0x40, 0x3, flags =>
        {
            asked.Add(flags);
            return (DiskError)(flags == 0x43 ? with : without);
        });

        Assert.That(error, Is.EqualTo(expected));
        Assert.That(asked, Is.EqualTo(with is DiskError.NotSupported or DiskError.Invalid ? [0x43, 0x3] : new[] { 0x43u }));
    }
}
