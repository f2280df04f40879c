using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Uploads;

public sealed class MultipartTests
{
    private const int PartSize = 5 * 1024 * 1024;

    private static readonly ObjectStoreOptions SmallParts =
        new() { PartSize = PartSize, MultipartThreshold = PartSize, MaxConcurrency = 1 };

    private static readonly byte[] TwoParts = Payload.Bytes(PartSize + 100);

    [Test]
    public async Task A_200_with_an_error_inside_is_an_error_and_the_upload_is_aborted()
    {
        var wire = new StubTransport(Answer(static _ => StubAnswer.Error(200, "InternalError")));

        await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => wire.CreateBucket(storeOptions: SmallParts).PutAsync("key", TwoParts));

        Assert.That(wire.Kinds.Last(), Is.EqualTo("DELETE upload"));
    }

    /// <summary>S3 takes any part; that it was too small to be followed by another shows when the upload is completed.</summary>
    [Test]
    public async Task A_part_that_is_too_small_is_refused_when_the_upload_is_completed()
    {
        var wire = new StubTransport(Answer(static _ => StubAnswer.Error(400, "EntityTooSmall")));
        MultipartUpload upload = await wire.CreateBucket().CreateMultipartUploadAsync("key");
        PartInfo first = await upload.UploadPartAsync(1, Payload.Bytes(100));
        PartInfo second = await upload.UploadPartAsync(2, Payload.Bytes(100));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.EntityTooSmall, () => upload.CompleteAsync([first, second]));

        Assert.That((error.Status, error.IsOutcomeUnknown), Is.EqualTo((400, false)));
    }

    [TestCase("InvalidPart", StorageErrorCode.InvalidPart)]
    [TestCase("InvalidPartOrder", StorageErrorCode.InvalidPartOrder)]
    [TestCase("SlowDown", StorageErrorCode.SlowDown)]
    public async Task A_200_with_an_error_inside_is_that_error_when_a_callers_upload_is_completed(string code, StorageErrorCode expected)
    {
        var wire = new StubTransport(Answer(_ => StubAnswer.Error(200, code)));
        MultipartUpload upload = await wire.CreateBucket().CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(100));

        StorageException error = await StorageAssert.FailsAsync(expected, () => upload.CompleteAsync([part]));

        Assert.That((error.Status, error.ProviderCode), Is.EqualTo((200, code)));
    }

    /// <summary>Ceph answers this for an upload that has ended.</summary>
    [Test]
    public async Task An_upload_that_has_ended_after_a_lost_answer_is_of_unknown_outcome_and_names_the_request()
    {
        int completions = 0;
        var wire = new StubTransport(Answer(
            _ => completions++ == 0 ? throw new HttpRequestException("The answer was lost.") : StubAnswer.Error(404, "NoSuchKey"),
            token: static () => "another"));
        MultipartUpload upload = await wire.CreateBucket().CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(100));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));

        Assert.That(
            (error.IsOutcomeUnknown, error.Status, error.ProviderCode, error.RequestId),
            Is.EqualTo((true, 404, "NoSuchKey", "request-1")),
            error.ToString());
        Assert.That(completions, Is.EqualTo(2));
    }

    [Test]
    public async Task A_conflict_at_completion_has_a_put_start_over()
    {
        int completions = 0;
        string? token = null;
        var wire = new StubTransport(Answer(
            _ => ++completions == 1 ? StubAnswer.Error(409, "ConditionalRequestConflict") : Completed(),
            request => token = request.Header("x-amz-meta-bleepstoretoken"),
            () => token!));

        await wire.CreateBucket(storeOptions: SmallParts).PutAsync("key", new MemoryStream(TwoParts), new PutOptions { IfAbsent = true });

        Assert.That(wire.Kinds, Is.EqualTo(
            new[]
            {
                "POST uploads", "PUT part", "PUT part", "POST upload", "DELETE upload", "DELETE upload", "POST uploads", "PUT part",
                "PUT part", "POST upload", "HEAD",
            }));
        Assert.That(
            wire.Sent.Where(static sent => sent.Kind == "POST upload").Select(static sent => sent.Header("If-None-Match")),
            Is.All.EqualTo("*"));
    }

    [Test]
    public async Task A_conflict_at_the_completion_of_a_callers_upload_is_UploadInvalidated()
    {
        var wire = new StubTransport(Answer(static _ => StubAnswer.Error(409, "ConditionalRequestConflict")));
        MultipartUpload upload = await wire.CreateBucket().CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(100));

        await StorageAssert.FailsAsync(
            StorageErrorCode.UploadInvalidated, () => upload.CompleteAsync([part], new CompleteOptions { IfAbsent = true }));
    }

    [Test]
    public async Task A_completion_that_landed_although_its_answer_was_lost_is_recognised_by_the_token_in_the_id()
    {
        string? token = null;
        int completions = 0;
        var wire = new StubTransport(Answer(
            _ => ++completions == 1 ? StubAnswer.Error(503, "ServiceUnavailable") : StubAnswer.Error(404, "NoSuchUpload"),
            request => token = request.Header("x-amz-meta-bleepstoretoken"),
            () => token!));
        MultipartUpload upload = await wire.CreateBucket().CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(100));

        ObjectProperties made = await upload.CompleteAsync([part]);

        Assert.That(upload.UploadId, Is.EqualTo($"{token}.upload-1"));
        Assert.That(made.ETag, Is.EqualTo("made-2"));
    }

    /// <summary>The object exists even if the credential may not read it, or the server is busy.</summary>
    [TestCase(403, "AccessDenied")]
    [TestCase(503, "SlowDown")]
    public async Task A_completion_that_landed_stands_also_when_the_object_cannot_be_looked_at(int status, string code)
    {
        string etag = ExpectedETag.Put(TwoParts, PartSize);
        Func<SentRequest, HttpResponseMessage> answer = Answer(_ => Completed(etag));
        var wire = new StubTransport(request => request.Kind == "HEAD" ? StubAnswer.Error(status, code) : answer(request));
        Bucket bucket = wire.CreateBucket(storeOptions: SmallParts);

        ObjectProperties put = await bucket.PutAsync("key", TwoParts);
        ObjectProperties completed = await bucket.GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = "abc",
        }]);

        Assert.That((put.ETag, put.Size), Is.EqualTo((etag, (long)TwoParts.Length)));
        Assert.That(completed.ETag, Is.EqualTo(etag));
        Assert.That(wire.Kinds, Has.None.EqualTo("DELETE upload").And.None.EqualTo("GET upload"));
    }

    [Test]
    public async Task S3s_own_id_serves_as_well()
    {
        var wire = new StubTransport(Answer(static _ => Completed()));
        MultipartUpload upload = wire.CreateBucket().GetMultipartUpload("key", "upload.with.dots_1");

        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(100));

        Assert.That(part.PartNumber, Is.EqualTo(1));
        Assert.That(wire.Sent.Single().Uri.Query, Does.Contain("uploadId=upload.with.dots_1"));
    }

    [Test]
    public async Task Parts_are_aborted_after_a_failure_even_when_the_caller_has_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var wire = new StubTransport(Answer(
            static _ => Completed(),
            part: _ =>
            {
                cancel.Cancel();
                return StubAnswer.Error(403, "AccessDenied");
            }));

        Assert.That(
            async () => await wire.CreateBucket(storeOptions: SmallParts).PutAsync("key", TwoParts, cancellationToken: cancel.Token),
            Throws.Exception);

        Assert.That(wire.Kinds.Last(), Is.EqualTo("DELETE upload"));
    }

    [Test]
    public async Task Parts_carry_their_MD5_and_under_KMS_S3s_ETags_are_what_is_completed()
    {
        var wire = new StubTransport(Answer(
            static _ => Completed(), part: static _ => StubAnswer.Written("0123456789abcdef0123456789abcdef")
                .With("x-amz-server-side-encryption", "aws:kms")));
        MultipartUpload upload = await wire.CreateBucket(static options => options.Encryption = AwsEncryption.Kms)
            .CreateMultipartUploadAsync("key");

        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(100));

        Assert.That(part.ETag, Is.EqualTo("0123456789abcdef0123456789abcdef"));
        Assert.That(wire.Sent[0].Header("x-amz-server-side-encryption"), Is.EqualTo("aws:kms"));
        Assert.That(wire.Sent[1].Header("Content-MD5"), Is.Not.Null);
    }

    private static HttpResponseMessage Completed(string etag = "made-2") =>
        StubAnswer.Xml(
            $"<CompleteMultipartUploadResult><Bucket>upstream</Bucket><Key>bucket/key</Key><ETag>\"{etag}\"</ETag></CompleteMultipartUploadResult>");

    private static Func<SentRequest, HttpResponseMessage> Answer(
        Func<SentRequest, HttpResponseMessage> complete,
        Action<SentRequest>? begin = null,
        Func<string>? token = null,
        Func<SentRequest, HttpResponseMessage>? part = null) => request =>
    {
        switch (request.Kind)
        {
            case "POST uploads":
                begin?.Invoke(request);
                return StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>");
            case "PUT part":
                return part?.Invoke(request)
                    ?? StubAnswer.Written(Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(request.Body)));
            case "POST upload":
                return complete(request);
            case "GET upload":
                return StubAnswer.Xml("<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>");
            case "HEAD":
                return token is null ? StubAnswer.Bare(404) : StubAnswer.Object(TwoParts, "made-2", ("bleepstoretoken", token()));
            default:
                return StubAnswer.Bare(204);
        }
    };
}
