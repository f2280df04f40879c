using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.IO;

/// <summary>Transfers whose journal is on a disk without room.</summary>
public class JournalDisksTests
{
    private const int DiskSize = 64 * 1024;

    private TemporaryFolder _folder;
    private ObjectStore _store;
    private Bucket _bucket;

    [SetUp]
    public async Task CreateStore()
    {
        _folder = new TemporaryFolder();
        _store = InMemoryStore.Create();
        _bucket = await _store.CreateBucketAsync("bucket");
    }

    [TearDown]
    public async Task DisposeStore()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task An_upload_whose_journal_has_no_room_fails_at_once_and_leaves_nothing()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(_folder.PathOf("disk"), "tmpfs", $"size={DiskSize}");
        await File.WriteAllBytesAsync($"{disk.Path}/full", new byte[DiskSize]);
        string file = _folder.File("file", Payload.Bytes(9 * 1024 * 1024));

        await StorageAssert.ThrowsAsync<IOException>(() => _bucket.PutFileResumablyAsync("object", file, $"{disk.Path}/journal"));
        int uploads = await _bucket.ListMultipartUploadsAsync().CountAsync();
        string[] left = NamesIn(disk);
        File.Delete($"{disk.Path}/full");
        ObjectProperties stored = await _bucket.PutFileResumablyAsync("object", file, $"{disk.Path}/journal");

        Assert.That((uploads, stored.Size), Is.EqualTo((0, new FileInfo(file).Length)));
        Assert.That(left, Is.EqualTo(["full"]));
        Assert.That(NamesIn(disk), Is.Empty);
    }

    /// <summary>The bytes have room, but then there is none for the journal.</summary>
    [Test]
    public async Task A_download_whose_journal_has_no_room_fails_at_once_and_leaves_nothing()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(_folder.PathOf("disk"), "tmpfs", $"size={DiskSize}");
        byte[] bytes = Payload.Bytes(DiskSize - 8192);
        await _bucket.PutAsync("object", bytes);
        await File.WriteAllBytesAsync($"{disk.Path}/full", new byte[8192]);
        var resume = new GetFileOptions { Resume = true };

        await StorageAssert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", $"{disk.Path}/target", resume));
        string[] left = NamesIn(disk);
        File.Delete($"{disk.Path}/full");
        await _bucket.GetFileAsync("object", $"{disk.Path}/target", resume);

        Assert.That(left, Is.EqualTo(["full"]));
        Assert.That(NamesIn(disk), Is.EqualTo(["target"]));
        Assert.That(await File.ReadAllBytesAsync($"{disk.Path}/target"), Is.EqualTo(bytes));
    }

    private static string[] NamesIn(ForeignMount disk) => [.. Directory.EnumerateFileSystemEntries(disk.Path).Select(Path.GetFileName)!];
}
