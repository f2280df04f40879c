using System.Globalization;
using System.Text;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Emulated;

/// <summary>Counts the requests of every operation, and the downloaded bytes of objects. docs/azure.md shows the same table.</summary>
public sealed class RequestCountTests
{
    private const int MiB = 1024 * 1024;

    private static readonly ObjectStoreOptions Options = new() { PartSize = 5 * MiB, MinimumPartSize = 1 };

    [Test]
    public async Task Every_operation_costs_what_the_table_says()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(storeOptions: Options);
        ObjectStore store = emulated.Store;
        var table = new Table(emulated.Wire);

        Bucket bucket = await table.RunAsync("create a bucket", () => store.CreateBucketAsync("bucket"));
        await table.RunAsync("does a bucket exist", () => store.BucketExistsAsync("bucket"));
        await table.RunAsync("put 1 KiB", () => bucket.PutAsync("small", new byte[1024]));
        await table.RunAsync("put 1 KiB if absent", () => bucket.PutAsync("absent", new byte[1024], new PutOptions { IfAbsent = true }));
        await table.RunAsync("put 12 MiB in parts of 5 MiB", () => bucket.PutAsync("large", new byte[12 * MiB]));
        await table.RunAsync("head", () => bucket.HeadAsync("small"));
        await table.RunAsync("get 1 KiB", () => ReadAsync(bucket, "small", options: null));
        await table.RunAsync(
            "get a range of 100 bytes", () => ReadAsync(bucket, "large", new GetOptions { Range = ByteRange.From(5 * MiB, 100) }));
        await table.RunAsync("get the last 100 bytes", () => ReadAsync(bucket, "large", new GetOptions { Range = ByteRange.Suffix(100) }));
        await table.RunAsync("list a page", () => bucket.ListPageAsync());
        await table.RunAsync("delete", async () =>
        {
            await bucket.DeleteAsync("absent");
            return 0;
        });
        MultipartUpload upload = await table.RunAsync("begin an upload", () => bucket.CreateMultipartUploadAsync("object"));
        PartInfo first = await table.RunAsync("upload a part", () => upload.UploadPartAsync(1, new byte[5 * MiB]));
        PartInfo second = await table.RunAsync(
            "copy a part", () => upload.CopyPartAsync(2, new ObjectAddress("bucket", "large"), ByteRange.From(0, 6 * MiB)));
        await table.RunAsync("list parts", async () => await upload.ListPartsAsync().CountAsync());
        await table.RunAsync("list uploads", async () => await bucket.ListMultipartUploadsAsync().CountAsync());
        await table.RunAsync("complete", () => upload.CompleteAsync([first, second]));
        MultipartUpload other = await bucket.CreateMultipartUploadAsync("other");
        PartInfo part = await other.UploadPartAsync(1, new byte[1]);
        await using (EmulatedStore elsewhere = emulated.OpenAnother(storeOptions: Options))
        {
            var there = new Table(elsewhere.Wire);
            await there.RunAsync(
                "complete in another process",
                () => elsewhere.Store.GetBucket("bucket").GetMultipartUpload("other", other.UploadId).CompleteAsync([part]));
            table.Append(there);
        }

        MultipartUpload aborted = await bucket.CreateMultipartUploadAsync("aborted");
        await table.RunAsync("abort", async () =>
        {
            await aborted.AbortAsync();
            return 0;
        });
        await bucket.CopyAsync(new ObjectAddress("bucket", "small"), "warm");
        await table.RunAsync(
            "copy (by blocks, where there is no Put Blob From URL)", () => bucket.CopyAsync(new ObjectAddress("bucket", "large"), "copy"));

        Assert.That(table.ToString(), Is.EqualTo(
            """
            create a bucket: PUT; 0 bytes
            does a bucket exist: HEAD; 0 bytes
            put 1 KiB: PUT; 0 bytes
            put 1 KiB if absent: PUT; 0 bytes
            put 12 MiB in parts of 5 MiB: PUT block ×3, PUT blocklist; 0 bytes
            head: HEAD; 0 bytes
            get 1 KiB: GET; 1024 bytes
            get a range of 100 bytes: GET; 100 bytes
            get the last 100 bytes: HEAD, GET; 100 bytes
            list a page: GET list; 0 bytes
            delete: DELETE; 0 bytes
            begin an upload: PUT; 0 bytes
            upload a part: HEAD, PUT block; 0 bytes
            copy a part: HEAD ×2, PUT block from url; 0 bytes
            list parts: HEAD, GET blocklist; 0 bytes
            list uploads: GET list; 0 bytes
            complete: PUT lease, GET blocklist, PUT blocklist, DELETE; 0 bytes
            complete in another process: PUT lease, HEAD, GET blocklist, PUT blocklist, DELETE; 0 bytes
            abort: DELETE; 0 bytes
            copy (by blocks, where there is no Put Blob From URL): HEAD, PUT block from url, PUT blocklist; 0 bytes

            """));
    }

    [Test]
    public async Task Isolated_uploads_cost_what_the_table_says()
    {
        Action<AzureBackendOptions> isolated = static options => options.MultipartStaging = MultipartStaging.Isolated;
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("small", new byte[1024]);
        await bucket.CopyAsync(new ObjectAddress("bucket", "small"), "warm");
        var table = new Table(emulated.Wire);

        await table.RunAsync("put 1 KiB", () => bucket.PutAsync("small", new byte[1024]));
        await table.RunAsync("put 12 MiB in parts of 5 MiB", () => bucket.PutAsync("large", new byte[12 * MiB]));
        await table.RunAsync("fail to", () => StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("large", new byte[12 * MiB], new PutOptions { IfAbsent = true })));
        MultipartUpload upload = await table.RunAsync("begin an upload", () => bucket.CreateMultipartUploadAsync("object"));
        PartInfo first = await table.RunAsync("upload a part", () => upload.UploadPartAsync(1, new byte[5 * MiB]));
        PartInfo second = await table.RunAsync(
            "copy a part", () => upload.CopyPartAsync(2, new ObjectAddress("bucket", "large"), ByteRange.From(0, 6 * MiB)));
        await table.RunAsync("list parts", async () => await upload.ListPartsAsync().CountAsync());
        await table.RunAsync("complete", () => upload.CompleteAsync([first, second]));
        MultipartUpload other = await bucket.CreateMultipartUploadAsync("other");
        PartInfo part = await other.UploadPartAsync(1, new byte[1]);
        await using (EmulatedStore elsewhere = emulated.OpenAnother(isolated, Options))
        {
            Bucket there = elsewhere.Store.GetBucket("bucket");
            await there.CopyAsync(new ObjectAddress("bucket", "small"), "warm");
            var its = new Table(elsewhere.Wire);
            await its.RunAsync(
                "complete in another process", () => there.GetMultipartUpload("other", other.UploadId).CompleteAsync([part]));
            table.Append(its);
        }

        MultipartUpload aborted = await bucket.CreateMultipartUploadAsync("aborted");
        await aborted.UploadPartAsync(1, new byte[1]);
        await table.RunAsync("abort", async () =>
        {
            await aborted.AbortAsync();
            return 0;
        });

        // Publishing is one request less where there is Put Blob From URL.
        Assert.That(table.ToString(), Is.EqualTo(
            """
            put 1 KiB: PUT; 0 bytes
            put 12 MiB in parts of 5 MiB: PUT block ×3, PUT blocklist, PUT block from url, PUT blocklist, DELETE; 0 bytes
            fail to: PUT block ×3, PUT blocklist, PUT block from url, PUT blocklist, HEAD, DELETE; 0 bytes
            begin an upload: PUT; 0 bytes
            upload a part: HEAD, PUT block; 0 bytes
            copy a part: HEAD ×2, PUT block from url; 0 bytes
            list parts: HEAD, GET blocklist; 0 bytes
            complete: PUT lease, HEAD, GET blocklist, PUT blocklist, PUT block from url, PUT blocklist, DELETE; 0 bytes
            complete in another process: PUT lease, HEAD ×2, GET blocklist, PUT blocklist, PUT block from url, PUT blocklist, DELETE; 0 bytes
            abort: DELETE; 0 bytes

            """));
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    private static async Task<int> ReadAsync(Bucket bucket, string key, GetOptions? options)
    {
        await using ObjectReader reader = await bucket.GetAsync(key, options);
        return (await reader.ReadAllAsync()).Length;
    }

    private sealed class Table(CountingPolicy wire)
    {
        private readonly StringBuilder _lines = new();

        public async Task<T> RunAsync<T>(string operation, Func<Task<T>> run)
        {
            wire.Clear();
            T result = await run();
            IEnumerable<string> kinds = Runs(wire.Kinds).Select(static run => run.Count == 1 ? run.Kind : $"{run.Kind} ×{run.Count}");
            _lines.Append(CultureInfo.InvariantCulture, $"{operation}: {string.Join(", ", kinds)}; {wire.ObjectBytesDown} bytes\n");
            return result;
        }

        public void Append(Table other) => _lines.Append(other);

        public override string ToString() => _lines.ToString();

        private static List<(string Kind, int Count)> Runs(IReadOnlyList<string> kinds)
        {
            var runs = new List<(string Kind, int Count)>();
            foreach (string kind in kinds)
            {
                if (runs.Count > 0 && runs[^1].Kind == kind)
                {
                    runs[^1] = (kind, runs[^1].Count + 1);
                }
                else
                {
                    runs.Add((kind, 1));
                }
            }

            return runs;
        }
    }
}
