using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.Managed;

namespace BleepStore.Storage.Local.Tests.Managed;

/// <summary>Paths below the root.</summary>
public class HostPathsTests
{
    [TestCase(@"C:\data", "bucket/a/b", @"C:\data\bucket\a\b")]
    [TestCase(@"C:\", "bucket", @"C:\bucket")]
    [TestCase(@"\\?\C:\data", "bucket/a", @"\\?\C:\data\bucket\a")]
    [TestCase(@"\\server\share\data", "bucket/a", @"\\server\share\data\bucket\a")]
    public void Windows_gets_backslashes_alone(string folder, string below, string expected) =>
        Assert.That(new WindowsHost().Join(folder, below), Is.EqualTo(expected));

    [TestCase("/data", "bucket/a", "/data/bucket/a")]
    [TestCase("/", "bucket", "/bucket")]
    [TestCase("/data", @"bucket/a\b", @"/data/bucket/a\b")]
    public void Unix_gets_slashes_alone(string folder, string below, string expected) =>
        Assert.That(new LinuxHost(hasAttributes: true).Join(folder, below), Is.EqualTo(expected));
}
