using System.Text;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>
/// Tests answers that look like success but do not come from the service, such as a proxy's page, or an answer without the mandatory
/// headers.
/// </summary>
public sealed class ProofTests
{
    private const int MiB = 1024 * 1024;

    private static readonly ObjectStoreOptions Options = new() { PartSize = 5 * MiB, MinimumPartSize = 1 };

    private static readonly Dictionary<string, Func<Bucket, Task>> Writes = new()
    {
        ["put"] = static bucket => bucket.PutAsync("key", new byte[10]),
        ["put in parts"] = static bucket => bucket.PutAsync("key", new byte[6 * MiB]),
        ["delete"] = static bucket => bucket.DeleteAsync("key"),
        ["begin"] = static bucket => bucket.CreateMultipartUploadAsync("key"),
    };

    private static readonly Dictionary<string, Func<Bucket, Task>> Reads = new()
    {
        ["head"] = static bucket => bucket.HeadAsync("key"),
        ["exists"] = static bucket => bucket.ExistsAsync("key"),
        ["get"] = static bucket => bucket.GetAsync("key"),
        ["get a range"] = static bucket => bucket.GetAsync("key", new GetOptions { Range = ByteRange.From(0, 3) }),
        ["list"] = static bucket => bucket.ListPageAsync(),
        ["list a folder"] = static bucket => bucket.ListPageAsync(new ListOptions { Delimiter = "/" }),
        ["list uploads"] = static bucket => bucket.ListMultipartUploadsAsync().CountAsync().AsTask(),
        ["list parts"] = static bucket => bucket.GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA").ListPartsAsync().CountAsync().AsTask(),
    };

    private static readonly Dictionary<string, Func<ObjectStore, Task>> Stores = new()
    {
        ["create a bucket"] = static store => store.CreateBucketAsync("bucket"),
        ["bucket exists"] = static store => store.BucketExistsAsync("bucket"),
        ["delete a bucket"] = static store => store.DeleteBucketAsync("bucket"),
        ["list buckets"] = static store => store.ListBucketsAsync().CountAsync().AsTask(),
        ["check"] = static store => store.CheckAsync(),
    };

    private static IEnumerable<string> WriteNames => Writes.Keys;

    private static IEnumerable<string> ReadNames => Reads.Keys;

    private static IEnumerable<string> StoreNames => Stores.Keys;

    [Test]
    public async Task A_page_of_a_proxy_is_no_success_of_a_write(
        [ValueSource(nameof(WriteNames))] string operation, [Values(200, 201, 202)] int status)
    {
        var wire = new StubTransport(sent => sent.Method == "HEAD" ? StubResponse.Error(404, "BlobNotFound") : Page(status));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => Writes[operation](wire.CreateBucket(storeOptions: Options)));

        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(operation != "put in parts"), "nobody sees a part");
        Assert.That(error.Status, Is.EqualTo(status));
        Assert.That(error.Message, Does.Contain("proxy"));
    }

    [Test]
    public async Task A_page_of_a_proxy_is_no_success_of_a_read(
        [ValueSource(nameof(ReadNames))] string operation, [Values] bool isWellFormed)
    {
        var wire = new StubTransport(_ => Page(200, isWellFormed));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => Reads[operation](wire.CreateBucket()));

        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_page_of_a_proxy_is_no_success_of_what_a_store_does(
        [ValueSource(nameof(StoreNames))] string operation,
        [Values] AzureBucketMapping mapping,
        [Values(200, 201, 202)] int status,
        [Values] bool isWellFormed)
    {
        var wire = new StubTransport(_ => Page(status, isWellFormed));
        await using ObjectStore store = wire.CreateStore(options =>
        {
            options.BucketMapping = mapping;
            options.Container = mapping == AzureBucketMapping.SharedContainer ? "store" : null;
        });

        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => Stores[operation](store));

        Assert.That(wire.Kinds.Where(static kind => kind.StartsWith("DELETE", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_write_without_ETag_is_looked_for_by_its_token()
    {
        string? token = null;
        var wire = new StubTransport(sent =>
        {
            token ??= sent.Header("x-ms-meta-bleepstoretoken");
            return sent.Method == "HEAD"
                ? StubResponse.Blob(new byte[10], "0x9", ("bleepstoretoken", token!))
                : StubResponse.Written().Without("ETag");
        });

        ObjectProperties put = await wire.CreateBucket().PutAsync("key", new byte[10], new PutOptions { IfAbsent = true });

        Assert.That(put.Revision, Is.EqualTo("0x9"));
    }

    [TestCase("PUT blocklist")]
    [TestCase("PUT from url")]
    public async Task A_completion_without_ETag_that_made_nothing_is_of_unknown_outcome_and_leaves_the_upload(string kind)
    {
        var wire = new IsolatedWire(staging: kind == "PUT from url" ? MultipartStaging.Isolated : MultipartStaging.InPlace)
        {
            Publish = static _ => StubResponse.Written().Without("ETag"),
            Commit = () => kind == "PUT blocklist" ? StubResponse.Written().Without("ETag") : StubResponse.Written("0x5"),
        };
        MultipartUpload upload = await wire.BeginAsync();

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => upload.CompleteAsync([IsolatedWire.Part]));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(wire.Kinds, Has.None.EqualTo("DELETE"));
    }

    [Test]
    public async Task A_list_with_another_root_or_without_one_is_no_empty_bucket(
        [Values("<Other />", "<EnumerationResults />", "")] string document, [Values(null, "/")] string? delimiter)
    {
        var wire = new StubTransport(
            document.Length == 0 ? new StubResponse(200).With("Content-Type", "application/xml") : StubResponse.Xml(document));

        await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => wire.CreateBucket().ListPageAsync(new ListOptions { Delimiter = delimiter }));
    }

    [Test]
    public async Task A_bucket_whose_list_is_a_page_of_a_proxy_is_not_deleted()
    {
        var wire = new StubTransport(
            static sent => sent.Method == "HEAD" ? StubResponse.Blob([]) : sent.Method == "GET" ? Page(200) : new StubResponse(202));

        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => wire.CreateStore().DeleteBucketAsync("bucket"));

        Assert.That(wire.Kinds, Has.None.StartsWith("DELETE"));
    }

    [Test]
    public async Task An_answer_that_names_no_request_proves_nothing([Values("put", "delete", "begin")] string operation)
    {
        var wire = new StubTransport(static sent => sent.Method == "HEAD" ? StubResponse.Error(404, "BlobNotFound")
            : (sent.Method == "DELETE" ? new StubResponse(202) : StubResponse.Written()).Without("x-ms-request-id"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => Writes[operation](wire.CreateBucket()));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    private static StubResponse Page(int status, bool isWellFormed = false)
    {
        StubResponse page = new StubResponse(status).Without("x-ms-request-id").With("Content-Type", "text/html");
        page.ContentStream = new MemoryStream(
            Encoding.UTF8.GetBytes(isWellFormed ? "<html><body>Sign in.</body></html>" : "<html><body>Sign in.<br></html>"));
        return page;
    }
}
