using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Folders;

namespace BleepStore.Storage.Aws.Tests.Emulated;

/// <summary>
/// Counts the requests of a sync of many files on Ceph. S3 lists its own ETag, which is not always an MD5. So an object that seems to
/// differ costs one HEAD.
/// </summary>
[Category(LongRun.Category)]
public sealed class SyncScaleTests
{
    /// <summary>More than one page of a listing.</summary>
    private static readonly int Files = LongRun.Count(1_100, 20_000);

    [Test]
    public async Task One_of_hundred_files_that_changed_costs_a_head_a_put_and_the_listing()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        using var wire = new CountingHandler();
        AwsBackendOptions options = account.Options(await account.CreateBucketAsync());
        options.ConfigureClient = config => config.HttpClientFactory = new WireFactory(wire);
        await using ObjectStore store = AwsStore.Create(options);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        using var tree = new SyncedTree(bucket, store.GetService<StorageBackend>()!, Files);

        SyncedRun first = await tree.SyncAsync();
        string[] changed = tree.ChangeOneOfHundred();
        wire.Take();
        SyncedRun second = await tree.SyncAsync();
        IReadOnlyList<string> sent = wire.Take();
        SyncedRun third = await tree.SyncAsync();
        IReadOnlyList<string> sentAgain = wire.Take();

        await TestContext.Out.WriteLineAsync(
            string.Join(", ", sent.CountBy(static kind => kind).Select(static kind => $"{kind.Value} {kind.Key}")));
        Assert.That((first.Report.Transferred, changed.Length), Is.EqualTo((Files, Files / 100)));
        tree.AssertOnlyTransferred(second, changed, heads: changed.Length);
        Assert.That(sent, Has.None.EqualTo("GET"), "no byte of an object is read");
        Assert.That(sent, Has.Count.EqualTo(second.Requests.Count), "each request goes over the wire once");
        tree.AssertOnlyTransferred(third, []);
        Assert.That(sentAgain, Is.All.EqualTo("GET list"));
        await tree.AssertStoredAsync(changed);
    }
}
