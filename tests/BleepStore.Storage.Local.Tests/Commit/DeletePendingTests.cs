using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Commit;

/// <summary>Windows without POSIX semantics. A deleted file keeps its name until its last reader closes it, and nobody can open it.</summary>
public class DeletePendingTests : LocalFixture
{
    [Test]
    public async Task An_object_that_is_deleted_while_it_is_read_is_gone_at_once_and_can_be_put_again()
    {
        var pending = new HashSet<string>(StringComparer.Ordinal);
        var host = new FaultyHost
        {
            OnStat = path => pending.Contains(path) ? DiskError.AccessDenied : DiskError.None,
        };
        ObjectStore store = Open(new LocalBackend(Options()) { Layer = new ManagedLayer(host) });
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"));
        await bucket.PutAsync("other", Bytes("other"));
        host.OnRemove = path => pending.Add(path);

        await bucket.DeleteAsync("key");

        host.OnRemove = static _ => false;
        Assert.That(pending, Has.Count.EqualTo(1));
        await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("key"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "other" }));
        await bucket.PutAsync("key", Bytes("new"), new PutOptions { IfAbsent = true });
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("new"));

        // The last reader closes the file.
        File.Delete(pending.Single());
    }

    [Test]
    public async Task An_object_that_cannot_be_moved_out_of_sight_is_deleted_in_its_place()
    {
        var host = new FaultyHost();
        Bucket bucket = await OpenBucketAsync(store: Open(new LocalBackend(Options()) { Layer = new ManagedLayer(host) }));
        await bucket.PutAsync("key", Bytes("old"));
        await bucket.PutAsync("other", Bytes("other"));
        foreach (DiskError error in new[] { DiskError.OtherDisk, DiskError.NotFound })
        {
            host.OnMove = static (_, _) => null;
            await bucket.PutAsync("key", Bytes("old"));
            host.OnMove = (_, _) => error;

            await bucket.DeleteAsync("key");

            Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "other" }), error.ToString());
        }
    }
}
