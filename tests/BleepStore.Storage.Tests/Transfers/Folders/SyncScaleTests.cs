using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Folders;

namespace BleepStore.Storage.Tests.Transfers.Folders;

/// <summary>Counts the requests of a sync of many files.</summary>
[Category(LongRun.Category)]
public class SyncScaleTests
{
    private static readonly int Files = LongRun.Count(2_000, 20_000);

    [Test]
    public async Task One_of_hundred_files_that_changed_costs_its_put_and_the_listing()
    {
        await using ObjectStore store = InMemoryStore.Create();
        Bucket bucket = await store.CreateBucketAsync("bucket");
        using var tree = new SyncedTree(bucket, store.GetService<StorageBackend>()!, Files);

        SyncedRun first = await tree.SyncAsync();
        string[] changed = tree.ChangeOneOfHundred();
        SyncedRun second = await tree.SyncAsync();
        SyncedRun third = await tree.SyncAsync();

        Assert.That((first.Report.Transferred, changed.Length), Is.EqualTo((Files, Files / 100)));
        tree.AssertOnlyTransferred(second, changed);
        tree.AssertOnlyTransferred(third, []);
        await tree.AssertStoredAsync(changed);
    }
}
