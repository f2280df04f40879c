using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Listing;

/// <summary>Listings on a disk that fails. An entry that is left out would make a sync delete the other side.</summary>
public class FaultyListTests : LocalFixture
{
    private readonly FaultyHost _host = new();

    [Test]
    public async Task A_file_that_the_disk_cannot_look_at_fails_the_listing_and_is_shown_among_foreign_names()
    {
        ObjectStore store = OpenFaulty();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("a", Bytes("x"));
        await bucket.PutAsync("b", Bytes("x"));
        await File.WriteAllTextAsync(PathIn("bucket", "a~=zz"), "foreign");
        _host.OnStat = static path => path.Contains("/bucket/a", StringComparison.Ordinal) ? DiskError.DiskFailed : DiskError.None;

        StorageException error = await FailAsync(StorageErrorCode.InternalError, () => bucket.ListAsync().ToListAsync().AsTask());

        Assert.That((error.ProviderCode, error.Message), Is.EqualTo(("EIO", error.Message)));
        Assert.That(error.Message, Does.Contain("the object 'a'"));
        Assert.That(
            await bucket.ListForeignNamesAsync().Select(static name => name.DisplayName).ToListAsync(), Is.EqualTo(new[] { "a~=zz" }));
        _host.OnStat = static _ => DiskError.None;
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_bucket_that_the_disk_cannot_look_at_fails_the_listing_of_buckets()
    {
        ObjectStore store = OpenFaulty();
        await store.CreateBucketAsync("first");
        await store.CreateBucketAsync("second");
        _host.OnStat = static path => path.EndsWith("/first", StringComparison.Ordinal) ? DiskError.TimedOut : DiskError.None;

        await FailAsync(StorageErrorCode.ServiceUnavailable, () => store.ListBucketsAsync().ToListAsync().AsTask());

        _host.OnStat = static path => path.EndsWith("/first", StringComparison.Ordinal) ? DiskError.NotFound : DiskError.None;
        Assert.That(await store.ListBucketsAsync().Select(static bucket => bucket.Name).ToListAsync(), Is.EqualTo(new[] { "second" }));
    }

    [Test]
    public async Task An_object_in_an_interrupted_conversion_that_the_disk_cannot_look_at_fails_the_listing()
    {
        ObjectStore store = OpenFaulty();
        Bucket bucket = await OpenBucketAsync(store: store);
        string moving = PathIn("bucket", "~=^0123");
        Directory.CreateDirectory(moving);
        await File.WriteAllTextAsync(Path.Combine(moving, "~=^"), "key");
        _host.OnStat = static path => path.EndsWith("/~=^", StringComparison.Ordinal) ? DiskError.DiskFailed : DiskError.None;

        await FailAsync(StorageErrorCode.InternalError, () => bucket.ListAsync().ToListAsync().AsTask());
    }

    [Test]
    public async Task A_root_that_is_lost_during_a_listing_does_not_end_the_listing()
    {
        string moved = Path.Combine(Path.GetDirectoryName(Root)!, "moved");
        ObjectStore store = OpenFaulty();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("a/key", Bytes("x"));
        await bucket.PutAsync("b/key", Bytes("x"));
        _host.OnStat = path =>
        {
            if (path == PathIn("bucket", "b") && Directory.Exists(Root))
            {
                Directory.Move(Root, moved);
            }

            return DiskError.None;
        };

        await FailAsync(StorageErrorCode.ServiceUnavailable, () => ListAsync(bucket));

        _host.OnStat = static _ => DiskError.None;
        Directory.Move(moved, Root);
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a/key", "b/key" }));
    }

    /// <summary>Some file systems do not tell the type in the folder. The look at the entry can then fail.</summary>
    [Test]
    public void An_entry_of_no_type_is_a_file_unless_the_system_tells_another_kind()
    {
        Directory.CreateDirectory(PathIn("folder"));
        File.CreateSymbolicLink(PathIn("link"), Canary);
        using DiskFolder root = Opened(Root);

        Assert.That(FolderReader.KindOf(root, "folder", 0), Is.EqualTo(EntryKind.Folder));
        Assert.That(FolderReader.KindOf(root, "link", 0), Is.EqualTo(EntryKind.Other));
        Assert.That(FolderReader.KindOf(root, "gone", 0), Is.EqualTo(EntryKind.Other));
        Assert.That(FolderReader.KindOf(root, new string('x', 300), 0), Is.EqualTo(EntryKind.File), "ENAMETOOLONG, an error like any other");
    }

    private static DiskFolder Opened(string path)
    {
        LocalErrors.Check(new NativeLayer(stepwise: false).OpenRoot(path, out DiskFolder folder), "Opening a folder");
        return folder;
    }

    private ObjectStore OpenFaulty() => Open(new LocalBackend(Options()) { Layer = new ManagedLayer(_host) });
}
