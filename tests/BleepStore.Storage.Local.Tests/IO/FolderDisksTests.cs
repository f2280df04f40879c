using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.IO;

/// <summary>Downloads of folders to disks that are full, and to disks that are read-only.</summary>
public class FolderDisksTests
{
    [Test]
    public async Task A_full_and_a_read_only_disk_fail_single_files_and_leave_nothing_half()
    {
        using var folder = new TemporaryFolder();
        await using ForeignMount disk = await ForeignMount.OpenAsync(folder.PathOf("disk"), "tmpfs", "size=64k");
        await using ObjectStore store = InMemoryStore.Create();
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("large", new byte[200_000]);
        await bucket.PutAsync("d/small", new byte[20]);

        FolderReport full = await bucket.DownloadFolderAsync("", disk.Path);
        string[] left = [.. Directory.EnumerateFiles(disk.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName)!];
        await disk.MakeReadOnlyAsync();
        await bucket.PutAsync("e/new", new byte[200]);
        await bucket.DeleteAsync("d/small");
        FolderReport readOnly = await SyncPlace.Bucket(bucket).SyncAsync(
            SyncPlace.Folder(disk.Path), new SyncOptions { DeleteExtra = true, ForceDelete = true });

        Assert.That((full.Failures.Single().Name, full.Transferred), Is.EqualTo(("large", 1)));
        Assert.That(left, Is.EqualTo(["small"]));
        Assert.That(readOnly.Failures.Select(static failure => failure.Name), Is.EqualTo(["d/small", "e/new", "large"]));
        Assert.That(
            full.Failures.Concat(readOnly.Failures).Select(static failure => failure.Error.Message),
            Is.All.Contain(disk.Path).And.Not.Contain("/proc/self/fd"));
    }
}
