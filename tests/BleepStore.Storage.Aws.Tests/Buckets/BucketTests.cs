using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Buckets;

public sealed class BucketTests
{
    [Test]
    public async Task Whoever_deletes_a_bucket_pays_for_every_request_of_it()
    {
        var wire = new StubTransport(static request => request.Kind switch
        {
            "HEAD" => StubAnswer.Object([], StubAnswer.Md5OfNothing),
            "GET list" => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            "GET uploads" => StubAnswer.Xml(
                "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated><Upload><Key>bucket/key</Key><UploadId>upload-1</UploadId></Upload></ListMultipartUploadsResult>"),
            _ => StubAnswer.Bare(204),
        });

        await wire.CreateStore(static options => options.RequesterPays = true).DeleteBucketAsync("bucket");

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "GET list", "GET uploads", "DELETE upload", "DELETE" }));
        Assert.That(wire.Sent.Select(static sent => sent.Header("x-amz-request-payer")), Is.All.EqualTo("requester"));
    }

    /// <summary>Not every server has a code for an upload that is gone.</summary>
    [TestCase("NoSuchUpload")]
    [TestCase("NoSuchKey")]
    public async Task Uploads_that_end_while_their_bucket_is_deleted_do_no_harm(string code)
    {
        var wire = new StubTransport(request => request.Kind switch
        {
            "HEAD" => StubAnswer.Object([], StubAnswer.Md5OfNothing),
            "GET list" => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            "GET uploads" => StubAnswer.Xml(
                "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated><Upload><Key>bucket/key</Key><UploadId>upload-1</UploadId></Upload></ListMultipartUploadsResult>"),
            "DELETE upload" => StubAnswer.Error(404, code),
            _ => StubAnswer.Bare(204),
        });

        await wire.CreateStore().DeleteBucketAsync("bucket");

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "GET list", "GET uploads", "DELETE upload", "DELETE" }));
    }

    [TestCase("list")]
    [TestCase("uploads")]
    [TestCase("buckets")]
    [TestCase("delete bucket")]
    [TestCase("versions")]
    [TestCase("abort uploads")]
    public async Task A_listing_ends_when_its_pages_repeat(string call)
    {
        int pages = 0;
        var wire = new StubTransport(request => request.Method == "HEAD" ? StubAnswer.Object([], StubAnswer.Md5OfNothing)
            : ++pages > 100 ? throw new InvalidOperationException("It has no end.")
            : StubAnswer.Xml(request.Kind switch
            {
                "GET list" when call is "versions" or "abort uploads" =>
                    "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>",
                "GET list" =>
                    "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>",
                "GET uploads" =>
                    "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>bucket/same</NextKeyMarker>"
                    + "<NextUploadIdMarker>same</NextUploadIdMarker></ListMultipartUploadsResult>",
                _ when call == "versions" =>
                    "<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>same</NextKeyMarker>"
                    + "<NextVersionIdMarker>same</NextVersionIdMarker></ListVersionsResult>",
                _ => "<ListAllMyBucketsResult><Buckets/><ContinuationToken>same</ContinuationToken></ListAllMyBucketsResult>",
            }));
        await using ObjectStore store = call is "buckets" or "versions" ? PerBucket(wire) : wire.CreateStore();
        Bucket bucket = store.GetBucket("bucket");

        await StorageAssert.FailsAsync(StorageErrorCode.InternalError, () => call switch
        {
            "list" => bucket.ListAsync().CountAsync().AsTask(),
            "uploads" => bucket.ListMultipartUploadsAsync().CountAsync().AsTask(),
            "buckets" => store.ListBucketsAsync().CountAsync().AsTask(),
            _ => store.DeleteBucketAsync("bucket"),
        });

        Assert.That(pages, Is.InRange(2, 4));
    }

    /// <summary>S3 deletes no bucket that keeps versions. Nothing is aborted in vain.</summary>
    [Test]
    public async Task A_bucket_that_keeps_versions_is_not_empty_and_its_uploads_stay()
    {
        var wire = new StubTransport(static request => request.Kind switch
        {
            "HEAD" => StubAnswer.Bare(200),
            "GET list" => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            "GET" => StubAnswer.Xml(
                "<ListVersionsResult><IsTruncated>false</IsTruncated><DeleteMarker><Key>key</Key><VersionId>v2</VersionId></DeleteMarker></ListVersionsResult>"),
            _ => throw new InvalidOperationException(request.Kind),
        });

        StorageException error =
            await StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => PerBucket(wire).DeleteBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain("versions"));
        Assert.That(wire.Kinds.Take(3), Is.EqualTo(new[] { "HEAD", "GET list", "GET" }));
        Assert.That(wire.Sent.Select(static sent => sent.Method), Is.All.EqualTo("GET").Or.EqualTo("HEAD"));
        Assert.That(wire.Sent[2].Uri.Query, Does.Contain("versions"));
    }

    [Test]
    public async Task Versions_that_may_not_be_listed_keep_the_bucket()
    {
        var wire = new StubTransport(static request => request.Kind switch
        {
            "HEAD" => StubAnswer.Bare(200),
            "GET list" => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            _ => StubAnswer.Error(403, "AccessDenied"),
        });

        StorageException error =
            await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => PerBucket(wire).DeleteBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain("s3:ListBucketVersions"));
        Assert.That(wire.Sent.Select(static sent => sent.Method), Has.None.EqualTo("DELETE"));
    }

    [Test]
    public async Task The_buckets_of_a_large_account_come_in_pages()
    {
        var wire = new StubTransport(
            static request => StubAnswer.Xml(request.Uri.Query.Contains("continuation-token=next", StringComparison.Ordinal)
            ? "<ListAllMyBucketsResult><Buckets><Bucket><Name>bucket-b</Name></Bucket></Buckets></ListAllMyBucketsResult>"
            : "<ListAllMyBucketsResult><Buckets><Bucket><Name>bucket-a</Name></Bucket></Buckets><ContinuationToken>next</ContinuationToken></ListAllMyBucketsResult>"));

        List<BucketInfo> buckets = await PerBucket(wire).ListBucketsAsync().ToListAsync();

        Assert.That(buckets.Select(static bucket => bucket.Name), Is.EqualTo(new[] { "bucket-a", "bucket-b" }));
        Assert.That(wire.Sent.Select(static sent => sent.Uri.Query), Is.All.Contains("max-buckets="));
    }

    [Test]
    public async Task A_name_that_another_account_has_taken_is_BucketAlreadyExists()
    {
        var wire = new StubTransport(
            static request => request.Method == "HEAD" ? StubAnswer.Bare(403) : StubAnswer.Error(409, "BucketAlreadyExists"));

        await StorageAssert.FailsAsync(StorageErrorCode.BucketAlreadyExists, () => PerBucket(wire).CreateBucketAsync("bucket"));

        Assert.That(wire.Sent.Select(static sent => sent.Method), Is.EqualTo(new[] { "HEAD", "PUT" }));
    }

    [TestCase("name--x-s3")]
    [TestCase("name--xa-s3")]
    [TestCase("arn:aws:s3express:us-west-2:123456789012:accesspoint/name")]
    public void Directory_buckets_are_refused(string bucket)
    {
        string[] faults = [.. AwsBackendOptionsValidator.Faults(new AwsBackendOptions { Bucket = bucket })];

        Assert.That(faults.Single(), Does.Contain("directory bucket").And.Contain(bucket));
    }

    /// <summary>In a versioned bucket a delete would only hide what was tried on.</summary>
    [Test]
    public async Task A_probe_leaves_no_version_behind()
    {
        string? name = null;
        var wire = new StubTransport(request =>
        {
            switch (request.Method)
            {
                case "HEAD":
                    return StubAnswer.Bare(200);
                case "PUT":
                    name = request.Uri.AbsolutePath[1..];
                    return StubAnswer.Written(StubAnswer.Md5OfNothing).With("x-amz-version-id", "v1");
                case "GET":
                    return StubAnswer.Xml(
                        $"<ListVersionsResult><IsTruncated>false</IsTruncated><Version><Key>{name}</Key><VersionId>v1</VersionId></Version></ListVersionsResult>");
                default:
                    return StubAnswer.Bare(204);
            }
        });

        await wire.CreateStore().CheckAsync(new CheckOptions { ProbeWrite = true });

        Assert.That(wire.Sent.Single(static sent => sent.Method == "DELETE").Uri.Query, Does.Contain("versionId=v1"));
    }

    [Test]
    public async Task Without_the_permission_for_versions_a_probe_is_deleted_plainly()
    {
        var wire = new StubTransport(static request => request.Method switch
        {
            "HEAD" => StubAnswer.Bare(200),
            "PUT" => StubAnswer.Written(StubAnswer.Md5OfNothing).With("x-amz-version-id", "v1"),
            "GET" => StubAnswer.Error(403, "AccessDenied"),
            _ => StubAnswer.Bare(204),
        });

        await wire.CreateStore().CheckAsync(new CheckOptions { ProbeWrite = true });

        Assert.That(wire.Sent.Single(static sent => sent.Method == "DELETE").Uri.Query, Does.Not.Contain("versionId"));
    }

    private static ObjectStore PerBucket(StubTransport wire) =>
        wire.CreateStore(static options => (options.Bucket, options.BucketMapping) = (null, AwsBucketMapping.ContainerPerBucket));
}
