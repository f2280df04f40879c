using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// Counts the requests of every operation on Amazon's own S3, where nothing is tried and every condition is S3's. docs/aws.md shows the
/// same table.
/// </summary>
public sealed class RequestCountTests
{
    private const int PartSize = 5 * 1024 * 1024;

    [Test]
    public async Task Every_operation_costs_what_the_table_says()
    {
        var wire = new StubTransport(Answer);
        ObjectStore store = wire.CreateStore(storeOptions: new ObjectStoreOptions { PartSize = PartSize, MultipartThreshold = PartSize });
        Bucket bucket = store.GetBucket("bucket");
        int seen = 0;

        await AssertCostsAsync(() => store.CheckAsync(), "HEAD");
        await AssertCostsAsync(() => store.CreateBucketAsync("bucket"), "PUT");
        await AssertCostsAsync(() => store.BucketExistsAsync("bucket"), "HEAD");
        await AssertCostsAsync(() => store.ListBucketsAsync().CountAsync().AsTask(), "GET list");
        await AssertCostsAsync(() => bucket.PutAsync("key", new byte[10]), "PUT");
        await AssertCostsAsync(() => bucket.PutAsync("key", new byte[10], new PutOptions { IfAbsent = true }), "PUT");
        await AssertCostsAsync(() => bucket.PutAsync("key", new byte[10], new PutOptions { IfMatch = "abc" }), "PUT");
        await AssertCostsAsync(() => bucket.PutAsync("key", new byte[10], new PutOptions { IfRevision = "abc" }), "PUT");
        await AssertCostsAsync(
            () => bucket.PutAsync("key", new byte[PartSize + 1]), "POST uploads", "PUT part", "PUT part", "POST upload", "HEAD");
        await AssertCostsAsync(() => bucket.HeadAsync("key"), "HEAD");
        await AssertCostsAsync(() => bucket.ExistsAsync("key"), "HEAD");
        await AssertCostsAsync(() => ReadAsync(bucket, options: null), "GET");
        await AssertCostsAsync(() => ReadAsync(bucket, new GetOptions { IfMatch = "made-2" }), "GET");
        await AssertCostsAsync(() => bucket.ListPageAsync(), "GET list");
        await AssertCostsAsync(() => bucket.DeleteAsync("key"), "DELETE");
        await AssertCostsAsync(() => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "abc" }), "DELETE");
        await AssertCostsAsync(
            () => bucket.DeleteManyAsync(Enumerable.Range(0, 2500).Select(static i => $"key-{i}")), "POST many", "POST many", "POST many");
        await AssertCostsAsync(() => bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy"), "HEAD", "PUT copy");
        await AssertCostsAsync(
            () => bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfAbsent = true }), "HEAD", "PUT copy");
        await AssertCostsAsync(() => bucket.MoveAsync("key", "copy"), "HEAD", "HEAD", "PUT copy", "DELETE");
        await AssertCostsAsync(
            () => bucket.CopyAsync(new ObjectAddress("bucket", "large"), "copy"),
            ["HEAD", "GET tagging", "POST uploads", .. Enumerable.Repeat("PUT part copy", 11), "POST upload", "HEAD"]);
        await AssertCostsAsync(() => bucket.CreateMultipartUploadAsync("key"), "POST uploads");
        MultipartUpload upload = bucket.GetMultipartUpload("key", "upload-1");
        await AssertCostsAsync(() => upload.UploadPartAsync(1, new byte[10]), "PUT part");
        await AssertCostsAsync(() => upload.CopyPartAsync(1, new ObjectAddress("bucket", "key")), "HEAD", "PUT part copy");
        await AssertCostsAsync(() => upload.ListPartsAsync().CountAsync().AsTask(), "GET upload");
        await AssertCostsAsync(() => bucket.ListMultipartUploadsAsync().CountAsync().AsTask(), "GET uploads");
        await AssertCostsAsync(() => upload.CompleteAsync([new PartInfo { PartNumber = 1, ETag = "abc" }]), "POST upload", "HEAD");
        await AssertCostsAsync(() => bucket.GetMultipartUpload("key", "upload-2").AbortAsync(), "DELETE upload");
        await AssertCostsAsync(() => store.DeleteBucketAsync("bucket"), "HEAD", "GET list", "GET uploads", "DELETE");

        async Task AssertCostsAsync(Func<Task> operation, params string[] expected)
        {
            await operation();
            string[] kinds = [.. wire.Sent.Skip(seen)
                .Select(static sent => sent.Uri.Query.Contains("tagging", StringComparison.Ordinal) ? "GET tagging" : sent.Kind)];
            seen += kinds.Length;
            Assert.That(kinds, Is.EquivalentTo(expected));
        }
    }

    private static async Task ReadAsync(Bucket bucket, GetOptions? options)
    {
        await using ObjectReader reader = await bucket.GetAsync("key", options);
        await reader.ReadAllAsync();
    }

    private static HttpResponseMessage Answer(SentRequest request)
    {
        switch (request.Kind)
        {
            case "PUT" or "PUT part":
                return StubAnswer.Written(Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(request.Body)));
            case "HEAD":
                HttpResponseMessage found = StubAnswer.Object([1], "made-2");
                found.Content.Headers.ContentLength = request.Uri.AbsolutePath.EndsWith("/large", StringComparison.Ordinal)
                    ? (5L * 1024 * 1024 * 1024) + 1
                    : 1;
                return found;
            case "GET" when request.Uri.Query.Contains("tagging", StringComparison.Ordinal):
                return StubAnswer.Xml("<Tagging><TagSet/></Tagging>");
            case "GET":
                return StubAnswer.Object([1], "made-2");
            case "GET list":
                return StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
            case "GET upload":
                return StubAnswer.Xml("<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>");
            case "GET uploads":
                return StubAnswer.Xml("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
            case "POST many":
                return StubAnswer.Xml("<DeleteResult/>");
            case "POST uploads":
                return StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>");
            case "POST upload":
                return StubAnswer.Xml("<CompleteMultipartUploadResult><ETag>\"made-2\"</ETag></CompleteMultipartUploadResult>");
            case "PUT copy":
                return StubAnswer.Xml("<CopyObjectResult><ETag>\"made-2\"</ETag></CopyObjectResult>");
            case "PUT part copy":
                return StubAnswer.Xml("<CopyPartResult><ETag>\"made-2\"</ETag></CopyPartResult>");
            default:
                return StubAnswer.Bare(204);
        }
    }
}
