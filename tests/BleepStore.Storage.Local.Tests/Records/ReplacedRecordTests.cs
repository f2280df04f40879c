using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Records;

/// <summary>An object whose record is a file is replaced or deleted between the opening of the object and the reading of its record.</summary>
public class ReplacedRecordTests : LocalFixture
{
    [Test]
    public async Task A_reader_beside_an_overwrite_never_takes_the_old_file_for_a_foreign_one([Values] bool hasOtherName)
    {
        (Bucket bucket, FaultyHost host) = await PrepareAsync(hasOtherName);
        ObjectProperties? put = null;
        BeforeItsRecordIsRead(host, () => put = bucket.PutAsync("key", Bytes("new"), new PutOptions { ContentType = "text/new" }).GetAwaiter().GetResult());

        ObjectProperties head = await bucket.HeadAsync("key");

        Assert.That((head.ETag, head.ContentType, head.Revision), Is.EqualTo((put!.ETag, "text/new", put.Revision)));
    }

    [Test]
    public async Task A_reader_beside_a_deletion_finds_no_object([Values] bool hasOtherName)
    {
        (Bucket bucket, FaultyHost host) = await PrepareAsync(hasOtherName);
        BeforeItsRecordIsRead(host, () => bucket.DeleteAsync("key").GetAwaiter().GetResult());

        await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("key"));
    }

    private async Task<(Bucket Bucket, FaultyHost Host)> PrepareAsync(bool hasOtherName)
    {
        var host = new FaultyHost();
        ObjectStore store = Open(new LocalBackend(Options()) { Layer = new ManagedLayer(host), LargestAttribute = 0 });
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"), new PutOptions { ContentType = "text/old" });
        if (hasOtherName)
        {
            // As a snapshot by hard links does.
            Assert.That(host.Link(PathIn("bucket", "key"), Path.Combine(Root, "snapshot")), Is.EqualTo(DiskError.None));
        }

        return (bucket, host);
    }

    private static void BeforeItsRecordIsRead(FaultyHost host, Action act)
    {
        int looks = 0;
        host.OnStat = path =>
        {
            // Only the reader's own look, which is the first, has something done before it.
            if (path.Contains("/.bleepstore/meta/", StringComparison.Ordinal) && Interlocked.Increment(ref looks) == 1)
            {
                act();
            }

            return DiskError.None;
        };
    }
}
