using System.Globalization;
using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Emulated;

/// <summary>Counts the requests of every operation, and the downloaded bytes of objects. docs/gcp.md shows the same table.</summary>
public sealed class RequestCountTests
{
    private const int MiB = 1024 * 1024;

    [Test]
    public async Task Every_operation_costs_what_the_table_says()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        ObjectStore store = served.Store;
        var table = new Table(served.Server.Requests);

        Bucket bucket = await table.RunAsync("create a bucket", () => store.CreateBucketAsync("bucket"));
        await table.RunAsync("does a bucket exist", () => store.BucketExistsAsync("bucket"));
        await table.RunAsync("put 1 KiB", () => bucket.PutAsync("small", new byte[1024]));
        await table.RunAsync("put 1 KiB if absent", () => bucket.PutAsync("absent", new byte[1024], new PutOptions { IfAbsent = true }));
        await table.RunAsync("put 12 MiB in 3 parts", () => bucket.PutAsync("large", new byte[12 * MiB]));
        await table.RunAsync("head", () => bucket.HeadAsync("small"));
        await table.RunAsync("get 1 KiB", () => ReadAsync(bucket, "small", options: null));
        await table.RunAsync("get the last 100 bytes", () => ReadAsync(bucket, "large", new GetOptions { Range = ByteRange.Suffix(100) }));
        await table.RunAsync("list a page", () => bucket.ListPageAsync());
        await table.RunAsync("delete", () => Done(bucket.DeleteAsync("absent")));
        MultipartUpload upload = await table.RunAsync("begin an upload", () => bucket.CreateMultipartUploadAsync("object"));
        PartInfo first = await table.RunAsync("upload a part", () => upload.UploadPartAsync(1, new byte[1]));
        PartInfo second = await table.RunAsync(
            "copy a whole object as a part", () => upload.CopyPartAsync(2, new ObjectAddress("bucket", "large")));
        await table.RunAsync(
            "copy 1 MiB as a part", () => upload.CopyPartAsync(3, new ObjectAddress("bucket", "large"), ByteRange.From(0, MiB)));
        await table.RunAsync("list parts", async () => await upload.ListPartsAsync().CountAsync());
        await table.RunAsync("list uploads", async () => await bucket.ListMultipartUploadsAsync().CountAsync());
        await table.RunAsync("complete", () => upload.CompleteAsync([first, second]));
        MultipartUpload aborted = await bucket.CreateMultipartUploadAsync("aborted");
        await aborted.UploadPartAsync(1, new byte[1]);
        await table.RunAsync("abort", () => Done(aborted.AbortAsync()));
        await table.RunAsync("copy", () => bucket.CopyAsync(new ObjectAddress("bucket", "large"), "copy"));

        Assert.That(table.ToString(), Is.EqualTo(
            """
            create a bucket: insert; 0 bytes
            does a bucket exist: get; 0 bytes
            put 1 KiB: insert; 0 bytes
            put 1 KiB if absent: insert; 0 bytes
            put 12 MiB in 3 parts: compose, delete ×4, insert ×4, list; 0 bytes
            head: get; 0 bytes
            get 1 KiB: get, get media; 1024 bytes
            get the last 100 bytes: get, get media; 100 bytes
            list a page: list; 0 bytes
            delete: delete; 0 bytes
            begin an upload: insert; 0 bytes
            upload a part: get, insert; 0 bytes
            copy a whole object as a part: get ×2, rewrite; 0 bytes
            copy 1 MiB as a part: get ×2, get media, insert; 1048576 bytes
            list parts: get, list; 0 bytes
            list uploads: list; 0 bytes
            complete: compose, delete ×4, get ×2, list ×2, patch; 0 bytes
            abort: delete ×2, get, list, patch; 0 bytes
            copy: get, rewrite; 0 bytes

            """));
    }

    private static async Task<int> Done(Task task)
    {
        await task;
        return 0;
    }

    private static async Task<int> ReadAsync(Bucket bucket, string key, GetOptions? options)
    {
        await using ObjectReader reader = await bucket.GetAsync(key, options);
        return (await reader.ReadAllAsync()).Length;
    }

    private sealed class Table(RequestLog log)
    {
        private readonly StringBuilder _lines = new();

        public async Task<T> RunAsync<T>(string operation, Func<Task<T>> run)
        {
            log.Clear();
            T result = await run();
            IEnumerable<string> kinds = log.Records
                .GroupBy(static record => record.Operation.Replace("objects.", "", StringComparison.Ordinal)
                    .Replace("insert multipart", "insert", StringComparison.Ordinal))
                .OrderBy(static kind => kind.Key, StringComparer.Ordinal)
                .Select(static kind => kind.Count() == 1 ? kind.Key : $"{kind.Key} ×{kind.Count()}");
            _lines.Append(
                CultureInfo.InvariantCulture,
                $"{operation}: {string.Join(", ", kinds)}; {log.Records.Sum(static record => record.BytesDown)} bytes\n");
            return result;
        }

        public override string ToString() => _lines.ToString();
    }
}
