using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Copies;

public sealed class CopyTests
{
    private const string ETag = "5d41402abc4b2a76b9719d911017c592";

    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Test]
    public async Task A_copy_is_pinned_and_says_its_attributes_without_the_sources_token()
    {
        var wire = new StubTransport(StubAnswer.Object(Hello, ETag, ("colour", "red"), ("bleepstoretoken", "the-source's")), Copied());

        ObjectProperties copy = await wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "a?b=c&d #%+ü"), "copy");

        SentRequest sent = wire.Sent[1];
        Assert.Multiple(() =>
        {
            Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "PUT copy" }));
            Assert.That(sent.Header("x-amz-copy-source"), Is.EqualTo("upstream%2Fbucket%2Fa%3Fb%3Dc%26d%20%23%25%2B%C3%BC"));
            Assert.That(sent.Header("x-amz-copy-source-if-match"), Is.EqualTo($"\"{ETag}\""));
            Assert.That(sent.Header("x-amz-metadata-directive"), Is.EqualTo("REPLACE"));
            Assert.That(sent.Header("x-amz-meta-colour"), Is.EqualTo("red"));
            Assert.That(sent.Headers.Keys, Has.None.EqualTo("x-amz-meta-bleepstoretoken").IgnoreCase);
            Assert.That((copy.ETag, copy.Size), Is.EqualTo((ETag, 5L)));
            Assert.That(copy.LastModified, Is.EqualTo(new DateTimeOffset(2026, 11, 22, 10, 0, 3, TimeSpan.Zero)));
        });
    }

    [Test]
    public async Task Conditions_on_the_destination_go_along_with_a_token()
    {
        var wire = new StubTransport(StubAnswer.Object(Hello, ETag), Copied(), StubAnswer.Object(Hello, ETag), Copied());
        Bucket bucket = wire.CreateBucket();

        await bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfAbsent = true });
        await bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfMatch = "abc" });

        Assert.That(wire.Sent[1].Header("If-None-Match"), Is.EqualTo("*"));
        Assert.That(wire.Sent[3].Header("If-Match"), Is.EqualTo("\"abc\""));
        Assert.That(wire.Sent[1].Header("x-amz-meta-bleepstoretoken"), Has.Length.EqualTo(22));
    }

    [Test]
    public async Task A_conflict_with_another_conditional_write_is_tried_again()
    {
        int attempts = 0;
        var wire = new StubTransport(request => request.Kind == "HEAD"
            ? StubAnswer.Object(Hello, ETag)
            : ++attempts < 3 ? StubAnswer.Error(409, "ConditionalRequestConflict") : Copied());

        await wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfAbsent = true });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "PUT copy", "PUT copy", "PUT copy" }));
    }

    /// <summary>Amazon's own honours the pin; of what came of it nothing is to be guessed.</summary>
    [Test]
    public async Task A_copy_of_other_bytes_than_were_looked_at_is_reported_on_other_servers_than_Amazons()
    {
        var wire = new StubTransport(request => request.Kind == "HEAD" ? StubAnswer.Object(Hello, StubAnswer.Md5OfNothing) : Copied());

        await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted,
            () => wire.CreateBucket(static options => options.Compatibility = AwsCompatibility.S3Compatible)
                .CopyAsync(new ObjectAddress("bucket", "key"), "copy"));
        ObjectProperties copy = await wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "key"), "copy");

        Assert.That(copy.ETag, Is.EqualTo(ETag));
    }

    [Test]
    public async Task A_200_with_an_error_inside_is_an_error()
    {
        var wire =
            new StubTransport(request => request.Kind == "HEAD" ? StubAnswer.Object(Hello, ETag) : StubAnswer.Error(200, "InternalError"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "key"), "copy"));

        Assert.That((error.ProviderCode, error.IsOutcomeUnknown), Is.EqualTo(("InternalError", true)));
    }

    [Test]
    public async Task A_missing_source_is_NoSuchKey_and_a_missing_destination_under_IfMatch_is_not()
    {
        var wire = new StubTransport(StubAnswer.Object(Hello, ETag), StubAnswer.Error(404, "NoSuchKey"), StubAnswer.Object(Hello, ETag));
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () =>
                wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfRevision = "abc" }));

        wire = new StubTransport(
            StubAnswer.Object(Hello, ETag), StubAnswer.Error(404, "NoSuchKey"), StubAnswer.Bare(404), StubAnswer.Bare(200));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchKey, () =>
                wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfRevision = "abc" }));
    }

    [Test]
    public async Task Above_5_GiB_every_part_is_copied_from_the_same_revision()
    {
        const long size = (5L * 1024 * 1024 * 1024) + 1;
        const long partSize = 512L * 1024 * 1024;
        string? token = null;
        var wire = new StubTransport(request =>
        {
            switch (request.Kind)
            {
                case "HEAD" when request.Uri.AbsolutePath.EndsWith("/copy", StringComparison.Ordinal):
                    return StubAnswer.Object(Hello, "made-11", ("bleepstoretoken", token!));
                case "HEAD":
                    HttpResponseMessage large = StubAnswer.Object([], "source-640", ("colour", "red"));
                    large.Content.Headers.ContentLength = size;
                    return large;
                case "POST uploads":
                    token = request.Header("x-amz-meta-bleepstoretoken");
                    return StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>");
                case "PUT part copy":
                    return StubAnswer.Xml($"<CopyPartResult><ETag>\"{ETag}\"</ETag></CopyPartResult>");
                case "GET":
                    return StubAnswer.Xml("<Tagging><TagSet/></Tagging>");
                default:
                    return StubAnswer.Xml(
                        "<CompleteMultipartUploadResult><Bucket>upstream</Bucket><Key>bucket/copy</Key><ETag>\"made-11\"</ETag></CompleteMultipartUploadResult>");
            }
        });

        ObjectProperties copy = await wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "large"), "copy");

        List<SentRequest> parts = [.. wire.Sent.Where(static sent => sent.Kind == "PUT part copy")];
        Assert.Multiple(() =>
        {
            Assert.That(parts.Select(static part => part.Header("x-amz-copy-source-if-match")), Is.All.EqualTo("\"source-640\""));
            Assert.That(
                parts.Select(static part => part.Header("x-amz-copy-source-range")),
                Is.EquivalentTo(
                    Enumerable.Range(0, 11).Select(static n => $"bytes={n * partSize}-{Math.Min((n + 1) * partSize, size) - 1}")));
            Assert.That(wire.Sent.Single(static sent => sent.Kind == "POST uploads").Header("x-amz-meta-colour"), Is.EqualTo("red"));
            Assert.That(copy.ETag, Is.EqualTo("made-11"));
        });
    }

    /// <summary>CopyObject carries tags along by itself; an upload that parts are copied into is begun with them.</summary>
    [TestCase(200, true)]
    [TestCase(403, false)]
    [TestCase(501, false)]
    public async Task Above_5_GiB_the_sources_tags_go_along_where_they_may_be_read(int status, bool isTagged)
    {
        var wire = new StubTransport(request => request.Kind switch
        {
            "HEAD" when request.Uri.AbsolutePath.EndsWith("/copy", StringComparison.Ordinal) => StubAnswer.Object(Hello, "made-11"),
            "HEAD" => LargeSource(),
            "GET" when request.Uri.Query.Contains("tagging", StringComparison.Ordinal) => status == 200
                ? StubAnswer.Xml(
                    "<Tagging><TagSet><Tag><Key>project</Key><Value>a &amp; b=c</Value></Tag><Tag><Key>k " +
                    "2</Key><Value/></Tag></TagSet></Tagging>")
                : StubAnswer.Error(status, status == 403 ? "AccessDenied" : "NotImplemented"),
            "POST uploads" =>
                StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"),
            "PUT part copy" => StubAnswer.Xml($"<CopyPartResult><ETag>\"{ETag}\"</ETag></CopyPartResult>"),
            _ => StubAnswer.Xml(
                "<CompleteMultipartUploadResult><Bucket>upstream</Bucket><Key>bucket/copy</Key><ETag>\"made-11\"</ETag></CompleteMultipartUploadResult>"),
        });

        await wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "large"), "copy");

        Assert.That(
            wire.Sent.Single(static sent => sent.Kind == "POST uploads").Header("x-amz-tagging"),
            isTagged ? Is.EqualTo("project=a%20%26%20b%3Dc&k%202=") : Is.Null);
        Assert.That(wire.Sent.Where(static sent => sent.Uri.Query.Contains("tagging", StringComparison.Ordinal))
            .Select(static sent => sent.Uri.AbsolutePath), Is.EqualTo(new[] { "/bucket/large" }));
    }

    [Test]
    public async Task Above_5_GiB_a_failure_to_read_the_tags_that_can_pass_fails_the_copy_before_anything_is_begun()
    {
        var wire = new StubTransport(request => request.Kind == "HEAD" ? LargeSource() : StubAnswer.Error(503, "SlowDown"));

        await StorageAssert.FailsAsync(
            StorageErrorCode.SlowDown, () => wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", "large"), "copy"));

        Assert.That(wire.Kinds, Has.None.EqualTo("POST uploads"));
    }

    private static HttpResponseMessage LargeSource()
    {
        HttpResponseMessage large = StubAnswer.Object([], "source-640");
        large.Content.Headers.ContentLength = (5L * 1024 * 1024 * 1024) + 1;
        return large;
    }

    private static HttpResponseMessage Copied() => StubAnswer.Xml(
        $"<CopyObjectResult><ETag>\"{ETag}\"</ETag><LastModified>2026-11-22T10:00:03.000Z</LastModified></CopyObjectResult>");
}
