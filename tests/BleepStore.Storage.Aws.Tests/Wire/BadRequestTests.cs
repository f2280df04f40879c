using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>400s that requests of ours can reach, each with a code and with what to set.</summary>
public sealed class BadRequestTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [TestCase("get")]
    [TestCase("head")]
    [TestCase("exists")]
    public async Task An_object_under_a_customers_key_read_without_it_says_what_to_set(string operation)
    {
        var wire =
            new StubTransport(static request => request.Kind == "HEAD" ? StubAnswer.Bare(400) : StubAnswer.Error(400, "InvalidRequest"));
        Bucket bucket = wire.CreateBucket();

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied,
            () => operation switch { "get" => bucket.GetAsync("key"), "head" => bucket.HeadAsync("key"), _ => bucket.ExistsAsync("key") });

        Assert.That(error.Message, Does.Contain("SSE-C").And.Contain(nameof(AwsBackendOptions.CustomerKey)));
    }

    [TestCase("put")]
    [TestCase("begin")]
    [TestCase("copy")]
    public async Task A_bucket_that_blocks_customers_keys_is_told(string operation)
    {
        string key = Convert.ToBase64String(new byte[32]);
        var wire = new StubTransport(
            static request => request.Kind == "HEAD" ? StubAnswer.Object(Hello, "abc") : StubAnswer.Error(403, "AccessDenied"));
        Bucket bucket = wire.CreateBucket(options => (options.Encryption, options.CustomerKey) = (AwsEncryption.CustomerKey, key));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => operation switch
        {
            "put" => bucket.PutAsync("key", Hello),
            "begin" => bucket.CreateMultipartUploadAsync("key"),
            _ => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key"),
        });

        Assert.That(error.Message, Does.Contain("April 2026").And.Contain("SSE-C").And.Not.Contain(key));
    }

    [Test]
    public async Task An_upload_of_another_tool_with_a_checksum_is_not_continued()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(400, "InvalidRequest"));
        MultipartUpload upload = wire.CreateBucket().GetMultipartUpload("key", "upload-1");

        StorageException part = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => upload.UploadPartAsync(1, Hello));
        StorageException complete =
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => upload.CompleteAsync([new PartInfo
            {
                PartNumber = 1,
                ETag = "abc",
            }]));

        Assert.That(new[] { part.Message, complete.Message }, Is.All.Contains("checksum").And.All.Contains("tool"));
    }

    [Test]
    public async Task The_upload_id_of_another_key_is_a_bad_argument()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(400, "InvalidArgument"));

        await StorageAssert.ThrowsAsync<ArgumentException>(async () =>
            await wire.CreateBucket()
                .ListMultipartUploadsAsync(new ListUploadsOptions { StartAfterKey = "key", StartAfterUploadId = "upload-1" })
                .ToListAsync());
        await StorageAssert.FailsAsync(
            StorageErrorCode.InternalError, async () => await wire.CreateBucket().ListMultipartUploadsAsync().ToListAsync());
    }

    [TestCase("IllegalLocationConstraintException")]
    [TestCase("InvalidLocationConstraint")]
    public async Task A_location_that_does_not_fit_names_the_region(string code)
    {
        var wire = new StubTransport(request => request.Method == "HEAD" ? StubAnswer.Bare(404) : StubAnswer.Error(400, code));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported,
            () => wire.CreateStore(static options => (options.Bucket, options.BucketMapping) = (null, AwsBucketMapping.ContainerPerBucket))
                .CreateBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain(nameof(AwsBackendOptions.Region)));
    }

    [Test]
    public async Task A_missing_object_is_told_in_our_own_words()
    {
        var wire = new StubTransport(static request => StubAnswer.Bare(request.Uri.AbsolutePath == "/" ? 200 : 404));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => wire.CreateBucket().HeadAsync("key"));

        Assert.That(error.Message, Does.StartWith("NoSuchKey: The object does not exist."));
    }

    [Test]
    public async Task A_server_that_keeps_less_metadata_says_MetadataTooLarge()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(400, "InvalidRequest"));
        Bucket bucket = wire.CreateBucket(static options => options.Compatibility = AwsCompatibility.S3Compatible);
        static PutOptions With(int length) => new() { Metadata = new Dictionary<string, string> { ["colour"] = new('x', length) } };

        await StorageAssert.FailsAsync(StorageErrorCode.MetadataTooLarge, () => bucket.PutAsync("key", Hello, With(300)));
        await StorageAssert.FailsAsync(StorageErrorCode.InternalError, () => bucket.PutAsync("key", Hello, With(200)));
    }

    [Test]
    public async Task A_server_that_takes_fewer_parts_says_NotSupported()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(400, "InvalidArgument"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => wire.CreateBucket().GetMultipartUpload("key", "upload-1").UploadPartAsync(1001, Hello));

        Assert.That(error.Message, Does.Contain("1001").And.Contain(nameof(ObjectStoreOptions.PartSize)));
    }
}
