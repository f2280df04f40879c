using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Objects;

/// <summary>409 means that another write to the key was in progress.</summary>
public sealed class ConflictTests
{
    private const string Md5OfHello = "5d41402abc4b2a76b9719d911017c592";

    private static readonly byte[] Hello = "hello"u8.ToArray();

    /// <summary>Ceph 20 calls it so.</summary>
    [TestCase("ConcurrentModification")]
    [TestCase("OperationAborted")]
    [TestCase("ConditionalRequestConflict")]
    public async Task A_conflict_on_a_conditional_write_is_tried_again(string code)
    {
        int puts = 0;
        var wire = new StubTransport(request => request.Kind == "HEAD"
            ? StubAnswer.Object(Hello, Md5OfHello)
            : ++puts < 3 ? StubAnswer.Error(409, code) : StubAnswer.Written(Md5OfHello));
        Bucket bucket = wire.CreateBucket();

        ObjectProperties stored = await bucket.PutAsync("key", Hello, new PutOptions { IfMatch = "abc" });

        Assert.That(stored.ETag, Is.EqualTo(Md5OfHello));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "PUT", "PUT" }));
    }

    [Test]
    public async Task A_409_that_is_not_known_is_looked_into_and_tried_again_on_a_conditional_put()
    {
        int puts = 0;
        var wire = new StubTransport(request => request.Kind == "HEAD"
            ? StubAnswer.Object(Hello, "other", ("bleepstoretoken", "BBBBBBBBBBBBBBBBBBBBBB"))
            : ++puts < 2 ? StubAnswer.Error(409, "SomethingNew") : StubAnswer.Written(Md5OfHello));

        await wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfAbsent = true });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "HEAD", "PUT" }));
    }

    [Test]
    public async Task A_409_that_is_not_known_is_success_when_the_write_has_landed()
    {
        string? token = null;
        var wire = new StubTransport(request =>
        {
            if (request.Kind == "HEAD")
            {
                return StubAnswer.Object(Hello, Md5OfHello, ("bleepstoretoken", token!));
            }

            token = request.Header("x-amz-meta-bleepstoretoken");
            return StubAnswer.Error(409, "SomethingNew");
        });

        ObjectProperties stored = await wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfAbsent = true });

        Assert.That(stored.ETag, Is.EqualTo(Md5OfHello));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "HEAD" }));
    }

    [Test]
    public async Task A_409_that_is_not_known_is_not_tried_again_without_a_condition_and_ends_with_one()
    {
        var wire = new StubTransport(
            static request => request.Kind == "HEAD" ? StubAnswer.Object(Hello, "other") : StubAnswer.Error(409, "SomethingNew"));

        await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => wire.CreateBucket().PutAsync("key", Hello));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT" }));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfAbsent = true }));
        Assert.That(error.ProviderCode, Is.EqualTo("SomethingNew"));
        Assert.That(wire.Kinds.Skip(1).Count(static kind => kind == "PUT"), Is.EqualTo(5));
    }

    /// <summary>Any put or delete of the key between begin and complete causes it, also where the condition holds.</summary>
    [TestCase("ConditionalRequestConflict")]
    [TestCase("ConcurrentModification")]
    [TestCase("SomethingNew")]
    public async Task A_409_to_a_completion_ends_the_upload_and_its_parts_are_removed(string code)
    {
        var wire = new StubTransport(request => request.Kind switch
        {
            "POST upload" => StubAnswer.Error(409, code),
            "DELETE upload" => StubAnswer.Bare(204),
            _ => StubAnswer.Bare(404),
        });

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.UploadInvalidated, () => wire.CreateBucket().GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo
            {
                PartNumber = 1,
                ETag = "abc",
            }]));

        Assert.That(error.Message, Does.Contain("written or deleted after this upload began").And.Contain(
            "Its parts were removed").And.Contain("Begin another upload"));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "POST upload", "DELETE upload" }));
    }

    [Test]
    public async Task Parts_that_cannot_be_removed_are_said_to_be_billed()
    {
        var wire = new StubTransport(static request => request.Kind == "POST upload"
            ? StubAnswer.Error(409, "ConditionalRequestConflict")
            : StubAnswer.Error(403, "AccessDenied"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.UploadInvalidated, () => wire.CreateBucket().GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo
            {
                PartNumber = 1,
                ETag = "abc",
            }]));

        Assert.That(error.Message, Does.Contain("billed").And.Contain("Abort it"));
    }

    /// <summary>501 means that the server has no such method. Nothing took effect.</summary>
    [TestCase("put")]
    [TestCase("delete")]
    [TestCase("conditional delete")]
    [TestCase("copy")]
    [TestCase("begin")]
    [TestCase("part")]
    [TestCase("complete")]
    [TestCase("abort")]
    public async Task What_is_not_implemented_has_not_taken_effect(string operation)
    {
        var wire = new StubTransport(request => request.Kind == "HEAD"
            ? operation == "conditional delete" ? StubAnswer.Bare(404) : StubAnswer.Object(Hello, Md5OfHello)
            : StubAnswer.Error(501, "NotImplemented"));
        Bucket bucket = wire.CreateBucket();
        MultipartUpload upload = bucket.GetMultipartUpload("key", "upload-1");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => operation switch
        {
            "put" => bucket.PutAsync("key", Hello),
            "delete" => bucket.DeleteAsync("key"),
            "conditional delete" => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "abc" }),
            "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key"),
            "begin" => bucket.CreateMultipartUploadAsync("key"),
            "part" => upload.UploadPartAsync(1, Hello),
            "complete" => upload.CompleteAsync([new PartInfo { PartNumber = 1, ETag = "abc" }]),
            _ => upload.AbortAsync(),
        });

        Assert.That(error.IsOutcomeUnknown, Is.False);
    }
}
