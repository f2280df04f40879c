using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Records;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalVerifyTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task A_bucket_is_verified_and_every_object_is_in_one_of_the_counts()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        Bucket untouched = await OpenBucketAsync("untouched", store);
        foreach (string key in new[] { "a/agrees", "believed", "disagrees", "own" })
        {
            await bucket.PutAsync(key, Bytes(key == "own" ? "own record" : "bytes"), new PutOptions { ContentType = $"text/{key}" });
        }

        await untouched.PutAsync("key", Bytes("bytes"));
        await File.WriteAllTextAsync(PathIn("bucket", "foreign"), "foreign");
        await Tools.RunAsync("cp", "-a", PathIn("bucket", "believed"), PathIn("bucket", "a", "agrees"));
        await Tools.RunAsync("cp", "-a", PathIn("untouched", "key"), PathIn("untouched", "copy"));
        await Tools.CarryRecordAsync(PathIn("bucket", "own"), PathIn("bucket", "disagrees"));
        await Tools.RunAsync("truncate", "-s", "10", PathIn("bucket", "disagrees"));
        await Tools.CarryRecordAsync(PathIn("bucket", "own"), PathIn("bucket", "disagrees"));
        var progress = new Reports();

        LocalVerifyReport report = await store.VerifyAsync("bucket", new LocalVerifyOptions { Progress = progress });

        Assert.That(report, Is.EqualTo(new LocalVerifyReport
        {
            Agreeing = 1,
            Disagreeing = 1,
            Believed = 2,
            Foreign = 1,
            Unprovable = 0,
            BytesRead = 5 + 10,
            DisagreeingKeys = ["disagrees"],
        }));
        Assert.That(report.ToString(), Is.EqualTo("1 agree, 1 disagree, 2 believed, 0 unprovable, 1 foreign, 15 bytes read"));
        Assert.That(progress.All.Select(static told => told.Objects), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(progress.All.Select(static told => told.DisagreeingKey).OfType<string>(), Is.EqualTo(new[] { "disagrees" }));
        Assert.That(progress.All[^1].BytesRead, Is.EqualTo(15));
        Assert.That((await store.VerifyAsync("untouched")).Agreeing, Is.EqualTo(1), "it was still in doubt");
        Assert.That(await ReadAsync(bucket, "believed"), Is.EqualTo("bytes"));
    }

    [Test]
    public async Task An_empty_bucket_has_nothing_and_a_missing_one_is_NoSuchBucket()
    {
        ObjectStore store = Open();
        await OpenBucketAsync("empty", store);

        Assert.That(await store.VerifyAsync("empty", new LocalVerifyOptions { ReadAll = true }), Is.EqualTo(new LocalVerifyReport
        {
            Agreeing = 0,
            Disagreeing = 0,
            Believed = 0,
            Unprovable = 0,
            Foreign = 0,
            BytesRead = 0,
            DisagreeingKeys = [],
        }));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => store.VerifyAsync("missing"));
        await FailAsync(StorageErrorCode.InvalidBucketName, () => store.VerifyAsync("../outside"));
    }

    [Test]
    public async Task A_store_that_is_not_on_the_disk_is_NotSupported()
    {
        await using ObjectStore store = InMemoryStore.Create();

        StorageException error = await FailAsync(StorageErrorCode.NotSupported, () => store.VerifyAsync("bucket"));

        Assert.That(error.Message, Does.Contain("UseLocal"));
    }

    [Test]
    public async Task A_bucket_of_many_pages_is_verified_whole_and_its_report_is_bounded()
    {
        const int count = 2_300;
        const int wrong = 1_100;
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("record", Bytes("right"));
        for (int i = 0; i < count; i++)
        {
            await bucket.PutAsync($"o/{i:D4}", Bytes(i < wrong ? "wrong" : "right"));
        }

        await CarryToAllAsync(count);
        var progress = new Reports();

        LocalVerifyReport report = await store.VerifyAsync("bucket", new LocalVerifyOptions { Progress = progress });

        Assert.That((report.Agreeing, report.Disagreeing, report.Believed), Is.EqualTo((count - wrong, wrong, 1)), report.ToString());
        Assert.That(report.DisagreeingKeys, Is.EqualTo(Enumerable.Range(0, LocalVerifyReport.MostKeys).Select(static i => $"o/{i:D4}")));
        Assert.That(progress.All.Select(static told => told.DisagreeingKey).OfType<string>(), Is.EqualTo(Enumerable.Range(0, wrong).Select(static i => $"o/{i:D4}")));
    }

    [Test]
    public async Task A_verification_is_cancelled_inside_a_large_object_and_goes_on_later()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("large", new PatternStream(150_000_000));
        await Tools.RunAsync("cp", "-a", "--reflink=auto", PathIn("bucket", "large"), PathIn("bucket", "copy"));
        using var stop = new CancellationTokenSource();
        var progress = new Reports { OnReport = _ => stop.Cancel() };

        await Assert.ThatAsync(
            () => store.VerifyAsync("bucket", new LocalVerifyOptions { Progress = progress }, stop.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(progress.All.Single().Objects, Is.Zero);
        Assert.That(progress.All.Single().BytesRead, Is.GreaterThanOrEqualTo(64 << 20).And.LessThan(150_000_000));
        Assert.That((await store.VerifyAsync("bucket")).Agreeing, Is.EqualTo(1));
    }

    /// <summary>Gives all objects below <c>o/</c> the record and the time of <c>record</c>.</summary>
    private async Task CarryToAllAsync(int count)
    {
        Assert.That(Layer.OpenRoot(PathIn("bucket"), out DiskFolder folder), Is.EqualTo(DiskError.None));
        using (folder)
        {
            byte[] record = new byte[1000];
            Assert.That(folder.OpenFile("record", out DiskFile source), Is.EqualTo(DiskError.None));
            Assert.That(source.GetAttribute(RecordReader.Attribute, record, out int size), Is.EqualTo(DiskError.None));
            source.Dispose();
            for (int i = 0; i < count; i++)
            {
                Assert.That(folder.OpenFileBelow($"o/{i:D4}", out DiskFile file), Is.EqualTo(DiskError.None));
                Assert.That(file.SetAttribute(RecordReader.Attribute, record.AsSpan(0, size)), Is.EqualTo(DiskError.None));
                file.Dispose();
            }
        }

        await Tools.RunAsync("sh", "-c", $"cd '{PathIn("bucket")}' && touch -r record o/*");
    }

    private sealed class Reports : IProgress<LocalVerifyProgress>
    {
        public List<LocalVerifyProgress> All { get; } = [];

        public Action<LocalVerifyProgress>? OnReport { get; init; }

        public void Report(LocalVerifyProgress value)
        {
            All.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
