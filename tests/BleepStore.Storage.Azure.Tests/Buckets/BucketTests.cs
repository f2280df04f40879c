using System.Globalization;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Buckets;

public sealed class BucketTests
{
    [TestCase("<Snapshot>2026-11-22T10:00:00.0000000Z</Snapshot>", "snapshots")]
    [TestCase("<VersionId>2026-11-22T10:00:00.0000000Z</VersionId>", "versions")]
    [TestCase("<VersionId>2026-11-22T10:00:00.0000000Z</VersionId><IsCurrentVersion>true</IsCurrentVersion>", "objects")]
    public async Task A_container_with_versions_or_snapshots_is_not_empty_and_nothing_is_deleted(string kind, string named)
    {
        var wire = new StubTransport(sent => sent.Method == "DELETE"
            ? new StubResponse(202)
            : sent.Method == "HEAD" || !sent.Kind.EndsWith("list", StringComparison.Ordinal)
            ? StubResponse.Blob([])
            : List($"<Blob><Name>key</Name>{kind}<Properties><Etag>0x1</Etag><Content-Length>1</Content-Length></Properties></Blob>"));
        await using ObjectStore store = wire.CreateStore(PerBucket);

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain(named));
        Assert.That(
            wire.Sent.First(static sent => sent.Kind == "GET list").Uri.Query.ToUpperInvariant(),
            Does.Contain("SNAPSHOTS").And.Contain("VERSIONS"));
        Assert.That(wire.Kinds, Has.None.StartsWith("DELETE").And.None.StartsWith("PUT"));
    }

    [TestCase("list")]
    [TestCase("tree")]
    [TestCase("uploads")]
    [TestCase("buckets")]
    [TestCase("containers")]
    [TestCase("delete bucket")]
    public async Task A_listing_ends_when_its_pages_repeat(string call)
    {
        int pages = 0;
        var wire = new StubTransport(sent => sent.Method == "HEAD" ? StubResponse.Blob([])
            : ++pages > 100 ? throw new InvalidOperationException("It has no end.")
            : StubResponse.Xml(call == "containers"
                ? "<EnumerationResults><Containers/><NextMarker>same</NextMarker></EnumerationResults>"
                : "<EnumerationResults><Blobs/><NextMarker>same</NextMarker></EnumerationResults>"));
        await using ObjectStore store = call == "containers" ? wire.CreateStore(PerBucket) : wire.CreateStore();
        Bucket bucket = store.GetBucket("bucket");

        await StorageAssert.FailsAsync(StorageErrorCode.InternalError, async () => _ = call switch
        {
            "list" => await bucket.ListAsync().CountAsync(),
            "tree" => await bucket.ListAsync(new ListOptions { Delimiter = "/" }).CountAsync(),
            "uploads" => await bucket.ListMultipartUploadsAsync().CountAsync(),
            "delete bucket" => await DeleteAsync(store),
            _ => await store.ListBucketsAsync().CountAsync(),
        });

        Assert.That(pages, Is.InRange(2, 3));

        static async Task<int> DeleteAsync(ObjectStore store)
        {
            await store.DeleteBucketAsync("bucket");
            return 0;
        }
    }

    [Test]
    public async Task Earlier_versions_of_what_is_internal_do_not_count()
    {
        var wire = new StubTransport(static sent => sent.Method == "DELETE" ? new StubResponse(202) : sent.Kind == "GET list"
            ? List("<Blob><Name>.bleepstore/uploads/x</Name><VersionId>1</VersionId><Properties><Etag>0x1</Etag><Content-Length>0</Content-Length></Properties></Blob>")
            : StubResponse.Blob([]));

        await wire.CreateStore(PerBucket).DeleteBucketAsync("bucket");

        Assert.That(wire.Kinds.Last(), Is.EqualTo("DELETE container"));
    }

    [Test]
    public async Task Pages_of_buckets_that_are_containers_each_cost_what_is_on_them()
    {
        string[] names =
        [
            .. Enumerable.Range(0, 5000).Select(static number => string.Create(CultureInfo.InvariantCulture, $"bucket-{number:D4}")),
        ];
        var wire = new StubTransport(sent =>
        {
            int from = int.Parse(Query(sent, "marker") ?? "0", CultureInfo.InvariantCulture);
            int size = int.Parse(Query(sent, "maxresults")!, CultureInfo.InvariantCulture);
            string page = string.Concat(names.Skip(from).Take(size).Select(static name =>
                $"<Container><Name>{name}</Name><Properties><Last-Modified>Sun, 22 Nov 2026 10:00:00 " +
                "GMT</Last-Modified><Etag>0x1</Etag></Properties></Container>"));
            return StubResponse.Xml(
                $"<EnumerationResults><Containers>{page}</Containers><NextMarker>{(from + size < names.Length ? from + size : "")}</NextMarker></EnumerationResults>");
        });

        string[] listed = [.. await wire.CreateStore(PerBucket).ListBucketsAsync().Select(static bucket => bucket.Name).ToListAsync()];

        Assert.That(listed, Is.EqualTo(names));
        Assert.That(wire.Sent, Has.Count.LessThanOrEqualTo(10));
    }

    [Test]
    public async Task Pages_of_buckets_that_are_markers_each_cost_what_is_on_them()
    {
        string[] names = [.. Enumerable.Range(0, 5000)
            .Select(static number => string.Create(CultureInfo.InvariantCulture, $".bleepstore/buckets/bucket-{number:D4}"))];
        var wire = new StubTransport(sent => Page(names, sent));

        string[] listed = [.. await wire.CreateStore().ListBucketsAsync().Select(static bucket => bucket.Name).ToListAsync()];

        Assert.That(listed, Is.EqualTo(names.Select(static name => name[".bleepstore/buckets/".Length..])));
        Assert.That(wire.Sent, Has.Count.LessThanOrEqualTo(6));
    }

    [Test]
    public async Task Five_thousand_uploads_take_a_listing_of_their_records_and_no_more()
    {
        const int uploads = 5000;
        var wire = new StubTransport(
            static sent => sent.Method == "PUT" ? StubResponse.Written() : throw new InvalidOperationException(sent.Kind));
        Bucket bucket = wire.CreateBucket();
        for (int number = 0; number < uploads; number++)
        {
            await bucket.CreateMultipartUploadAsync(string.Create(CultureInfo.InvariantCulture, $"key{number % 1000:D4}"));
        }

        string[] names = [.. wire.Sent.Select(static sent => sent.Uri.AbsolutePath["/store/".Length..]).Order(StringComparer.Ordinal)];
        var keys = wire.Sent.ToDictionary(
            static sent => sent.Uri.AbsolutePath["/store/".Length..],
            static sent => sent.Header("x-ms-meta-bleepstorekey")!,
            StringComparer.Ordinal);
        var listing = new StubTransport(sent => Page(names, sent, keys));

        MultipartUploadInfo[] listed = [.. await listing.CreateBucket().ListMultipartUploadsAsync().ToListAsync()];

        Assert.That(listed, Has.Length.EqualTo(uploads));
        Assert.That(listed.Select(static upload => upload.UploadId), Is.Unique);
        Assert.That(listed.Select(static upload => upload.Key), Is.Ordered.Using((IComparer<string>)Backends.Toolkit.KeyOrder.Instance));
        Assert.That(listing.Sent, Has.Count.EqualTo(1), "a page of the service's holds 5,000");
    }

    private static void PerBucket(AzureBackendOptions options)
    {
        options.BucketMapping = AzureBucketMapping.ContainerPerBucket;
        options.Container = null;
    }

    private static StubResponse List(string blobs) =>
        StubResponse.Xml($"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker /></EnumerationResults>");

    private static StubResponse Page(string[] names, SentRequest sent, Dictionary<string, string>? keys = null)
    {
        int from = int.Parse(Query(sent, "marker") ?? "0", CultureInfo.InvariantCulture);
        int size = int.Parse(Query(sent, "maxresults") ?? "5000", CultureInfo.InvariantCulture);
        string start = Query(sent, "startFrom") ?? "";
        string[] matching = [.. names.Where(name => string.CompareOrdinal(name, start) >= 0)];
        string page = string.Concat(matching.Skip(from).Take(size).Select(name =>
            $"<Blob><Name>{name}</Name><Properties><Creation-Time>Sun, 22 Nov 2026 10:00:00 " +
            "GMT</Creation-Time><Etag>0x1</Etag><Content-Length>0</Content-Length></Properties>"
            + (keys is null ? "" : $"<Metadata><bleepstorekey>{keys[name]}</bleepstorekey></Metadata>") + "</Blob>"));
        return StubResponse.Xml(
            $"<EnumerationResults><Blobs>{page}</Blobs><NextMarker>{(from + size < matching.Length ? from + size : "")}</NextMarker></EnumerationResults>");
    }

    private static string? Query(SentRequest sent, string name) => sent.Uri.Query.TrimStart('?').Split('&')
        .Where(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(pair => Uri.UnescapeDataString(pair[(name.Length + 1)..]))
        .SingleOrDefault();
}
