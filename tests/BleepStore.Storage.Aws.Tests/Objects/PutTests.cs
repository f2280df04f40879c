using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Objects;

public sealed class PutTests
{
    private const string Md5OfHello = "5d41402abc4b2a76b9719d911017c592";

    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Test]
    public async Task A_put_is_one_request_with_its_MD5_no_chunks_and_no_second_hash()
    {
        var wire = new StubTransport(StubAnswer.Written(Md5OfHello));

        ObjectProperties stored = await wire.CreateBucket().PutAsync("key", Hello);

        SentRequest sent = wire.Sent.Single();
        Assert.Multiple(() =>
        {
            Assert.That(sent.Kind, Is.EqualTo("PUT"));
            Assert.That(sent.Uri.AbsoluteUri, Is.EqualTo("https://upstream.s3.eu-central-1.amazonaws.com/bucket/key"));
            Assert.That(sent.Body, Is.EqualTo(Hello));
            Assert.That(sent.Header("Content-MD5"), Is.EqualTo(Convert.ToBase64String(Convert.FromHexString(Md5OfHello))));
            Assert.That(sent.Header("Authorization"), Does.Contain("content-md5"));
            Assert.That(sent.Header("x-amz-content-sha256"), Is.EqualTo("UNSIGNED-PAYLOAD"));
            Assert.That(sent.Headers.Keys, Has.None.StartsWith("x-amz-checksum").IgnoreCase.And.None.EqualTo(
                "x-amz-trailer").IgnoreCase.And.None.EqualTo("Content-Encoding").IgnoreCase);
            Assert.That(sent.Headers.Keys, Has.None.StartsWith("x-amz-meta").IgnoreCase);
            Assert.That(stored.ETag, Is.EqualTo(Md5OfHello));
            Assert.That(stored.LastModified, Is.EqualTo(new DateTimeOffset(2026, 11, 22, 10, 0, 5, TimeSpan.Zero)));
        });
    }

    [Test]
    public async Task An_empty_put_has_the_MD5_of_nothing()
    {
        var wire = new StubTransport(StubAnswer.Written(StubAnswer.Md5OfNothing));

        ObjectProperties stored = await wire.CreateBucket().PutAsync("key", ReadOnlyMemory<byte>.Empty);

        SentRequest sent = wire.Sent.Single();
        Assert.That((stored.ETag, stored.Size), Is.EqualTo((StubAnswer.Md5OfNothing, 0L)));
        Assert.That(sent.Header("Content-MD5"), Is.EqualTo(Convert.ToBase64String(Convert.FromHexString(StubAnswer.Md5OfNothing))));
        Assert.That(sent.Header("Content-Length"), Is.EqualTo("0"));
    }

    [Test]
    public async Task A_session_token_goes_with_its_key_and_signed()
    {
        var wire = new StubTransport(StubAnswer.Written(StubAnswer.Md5OfNothing));

        await wire.CreateBucket(static options => options.SessionToken = "token-1").PutAsync("key", ReadOnlyMemory<byte>.Empty);

        Assert.That(wire.Sent.Single().Header("x-amz-security-token"), Is.EqualTo("token-1"));
        Assert.That(wire.Sent.Single().Header("Authorization"), Does.Contain("x-amz-security-token").And.Not.Contain("token-1"));
    }

    [Test]
    public async Task Conditions_go_along_as_S3_writes_them()
    {
        var wire = new StubTransport(StubAnswer.Written(Md5OfHello), StubAnswer.Written(Md5OfHello), StubAnswer.Written(Md5OfHello));
        Bucket bucket = wire.CreateBucket();

        await bucket.PutAsync("key", Hello, new PutOptions { IfAbsent = true });
        await bucket.PutAsync("key", Hello, new PutOptions { IfMatch = "abc" });
        await bucket.PutAsync("key", Hello, new PutOptions { IfRevision = "abc" });

        Assert.That(wire.Sent[0].Header("If-None-Match"), Is.EqualTo("*"));
        Assert.That(wire.Sent[1].Header("If-Match"), Is.EqualTo("\"abc\""));
        Assert.That(wire.Sent[2].Header("If-Match"), Is.EqualTo("\"abc\""));
        Assert.That(wire.Sent.Select(static sent => sent.Header("x-amz-meta-bleepstoretoken")), Is.All.Length.EqualTo(22));
    }

    [Test]
    public async Task A_conflict_with_another_conditional_write_is_tried_again()
    {
        var wire = new StubTransport(
            StubAnswer.Error(409, "ConditionalRequestConflict"),
            StubAnswer.Error(409, "ConditionalRequestConflict"),
            StubAnswer.Error(412, "PreconditionFailed"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfAbsent = true }));

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "PUT", "PUT" }));
        Assert.That(
            (error.Status, error.ProviderCode, error.RequestId, error.IsOutcomeUnknown),
            Is.EqualTo((412, "PreconditionFailed", "request-1", false)));
    }

    [Test]
    public async Task A_conflict_that_does_not_end_is_OperationAborted()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(409, "ConditionalRequestConflict"));

        await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfAbsent = true }));

        Assert.That(wire.Kinds.Count(), Is.EqualTo(5));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_conflict_ends_also_through_a_client_that_was_given(bool isGiven)
    {
        var wire = new StubTransport(
            StubAnswer.Error(409, "ConditionalRequestConflict"),
            StubAnswer.Error(409, "ConditionalRequestConflict"),
            StubAnswer.Written(Md5OfHello));
        Bucket bucket = isGiven ? wire.CreateGivenBucket() : wire.CreateBucket();

        await bucket.PutAsync("key", Hello, new PutOptions { IfAbsent = true });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "PUT", "PUT" }));
    }

    [Test]
    public async Task A_write_through_a_client_that_was_given_is_recognised_also_after_a_conflict()
    {
        string? token = null;
        int puts = 0;
        var wire = new StubTransport(request =>
        {
            if (request.Kind == "HEAD")
            {
                return StubAnswer.Object(Hello, Md5OfHello, ("bleepstoretoken", token!));
            }

            token = request.Header("x-amz-meta-bleepstoretoken");
            return ++puts == 1 ? StubAnswer.Error(409, "ConditionalRequestConflict") : StubAnswer.Error(412, "PreconditionFailed");
        });

        ObjectProperties stored = await wire.CreateGivenBucket().PutAsync("key", Hello, new PutOptions { IfAbsent = true });

        Assert.That(stored.ETag, Is.EqualTo(Md5OfHello));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "PUT", "HEAD" }));
    }

    [Test]
    public async Task No_object_under_IfRevision_is_PreconditionFailed_and_not_a_missing_key()
    {
        var wire = new StubTransport(StubAnswer.Error(404, "NoSuchKey"));

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfRevision = "abc" }));
    }

    [Test]
    public async Task A_write_that_landed_although_its_answer_was_lost_is_recognised_after_the_retry()
    {
        StubTransport wire = LosingTheFirstAnswer();

        ObjectProperties stored = await wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfAbsent = true });

        Assert.That(stored.ETag, Is.EqualTo(Md5OfHello));
        Assert.That(stored.Metadata, Is.Empty);
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "PUT", "HEAD" }));
    }

    [Test]
    public async Task Other_bytes_than_were_sent_are_an_error_also_when_the_server_does_not_notice()
    {
        var wire = new StubTransport(StubAnswer.Written(StubAnswer.Md5OfNothing));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InternalError, () => wire.CreateBucket().PutAsync("key", Hello));

        Assert.That(error.Message, Does.Contain(StubAnswer.Md5OfNothing).And.Contain(Md5OfHello));
    }

    [Test]
    public async Task Under_KMS_our_ETag_is_kept_beside_S3s()
    {
        var wire = new StubTransport(
            StubAnswer.Written("0123456789abcdef0123456789abcdef").With("x-amz-server-side-encryption", "aws:kms"));

        ObjectProperties stored = await wire.CreateBucket(
            static options => (options.Encryption, options.KmsKeyId) = (AwsEncryption.Kms, "key-1")).PutAsync("key", Hello);

        SentRequest sent = wire.Sent.Single();
        Assert.That((stored.ETag, stored.Revision), Is.EqualTo((Md5OfHello, "0123456789abcdef0123456789abcdef")));
        Assert.That(sent.Header("x-amz-meta-bleepstoreetag"), Is.EqualTo($"{Md5OfHello}:5"));
        Assert.That(sent.Header("x-amz-server-side-encryption"), Is.EqualTo("aws:kms"));
        Assert.That(sent.Header("x-amz-server-side-encryption-aws-kms-key-id"), Is.EqualTo("key-1"));
    }

    [Test]
    public async Task A_bucket_that_encrypts_by_itself_is_noticed_from_its_first_answer()
    {
        var wire = new StubTransport(
            static _ => StubAnswer.Written("0123456789abcdef0123456789abcdef").With("x-amz-server-side-encryption", "aws:kms"));
        Bucket bucket = wire.CreateBucket();

        ObjectProperties first = await bucket.PutAsync("key", Hello);
        ObjectProperties second = await bucket.PutAsync("key", Hello);

        Assert.That(first.ETag, Is.EqualTo("0123456789abcdef0123456789abcdef"));
        Assert.That(second.ETag, Is.EqualTo(Md5OfHello));
        Assert.That(wire.Sent[1].Header("x-amz-meta-bleepstoreetag"), Is.EqualTo($"{Md5OfHello}:5"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task IfMatch_with_an_ETag_that_is_kept_beside_is_looked_up_when_S3_refuses_it(bool isGiven)
    {
        var wire = new StubTransport(
            StubAnswer.Error(412, "PreconditionFailed"),
            StubAnswer.Object(Hello, "0123456789abcdef0123456789abcdef", ("bleepstoreetag", "ours:5")),
            StubAnswer.Written(Md5OfHello));

        await (isGiven ? wire.CreateGivenBucket() : wire.CreateBucket()).PutAsync("key", Hello, new PutOptions { IfMatch = "ours" });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "HEAD", "PUT" }));
        Assert.That(wire.Sent[2].Header("If-Match"), Is.EqualTo("\"0123456789abcdef0123456789abcdef\""));
    }

    [Test]
    public async Task A_write_under_IfMatch_that_landed_although_its_answer_was_lost_is_recognised()
    {
        StubTransport wire = LosingTheFirstAnswer();

        ObjectProperties stored = await wire.CreateBucket().PutAsync("key", Hello, new PutOptions { IfMatch = "abc" });

        Assert.That(stored.ETag, Is.EqualTo(Md5OfHello));
        Assert.That(wire.Kinds, Has.Exactly(2).EqualTo("PUT"));
    }

    [Test]
    public async Task A_refusal_stays_one_of_unknown_outcome_when_the_object_cannot_be_looked_at()
    {
        var wire = new StubTransport(
            static request => request.Kind == "HEAD" ? StubAnswer.Bare(403) : StubAnswer.Error(412, "PreconditionFailed"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => wire.CreateGivenBucket().PutAsync("key", Hello, new PutOptions { IfMatch = "abc" }));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    /// <summary>Requests of the source to S3 during the put are no attempts of the put.</summary>
    [Test]
    public async Task Bytes_that_come_from_S3_themselves_leave_no_doubt_about_the_put()
    {
        var wire = new StubTransport(
            static request => request.Kind == "PUT" ? StubAnswer.Error(412, "PreconditionFailed") : StubAnswer.Object(Hello, Md5OfHello));
        Bucket bucket = wire.CreateBucket();
        await using Stream source = await bucket.OpenReadAsync("source");

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("key", source, new PutOptions { IfAbsent = true }));

        Assert.That(error.IsOutcomeUnknown, Is.False);
        Assert.That(
            wire.Sent.Where(static sent => sent.Kind == "HEAD").Select(static sent => sent.Uri.AbsolutePath),
            Is.All.EqualTo("/bucket/source"));
        Assert.That(wire.Sent.Single(static sent => sent.Kind == "PUT").Body, Is.EqualTo(Hello));
    }

    [Test]
    public async Task A_customers_key_goes_with_every_request_and_into_no_message()
    {
        string key = Convert.ToBase64String(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray());
        var wire = new StubTransport(
            StubAnswer.Written("0123456789abcdef0123456789abcdef").With("x-amz-server-side-encryption-customer-algorithm", "AES256"),
            StubAnswer.Bare(404),
            StubAnswer.Bare(403),
            StubAnswer.Error(403, "AccessDenied"));
        Bucket bucket = wire.CreateBucket(options => (options.Encryption, options.CustomerKey) = (AwsEncryption.CustomerKey, key));

        await bucket.PutAsync("key", Hello);
        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => bucket.HeadAsync("key"));

        Assert.That(wire.Sent.Take(2).Select(static sent => sent.Header("x-amz-server-side-encryption-customer-key")), Is.All.EqualTo(key));
        Assert.That(error.ToString(), Does.Not.Contain(key));
    }

    [Test]
    public async Task Storage_class_and_payer_are_said()
    {
        var wire = new StubTransport(StubAnswer.Written(Md5OfHello), StubAnswer.Written(Md5OfHello));
        Bucket bucket = wire.CreateBucket(static options => (options.StorageClass, options.RequesterPays) = ("STANDARD_IA", true));

        ObjectProperties byDefault = await bucket.PutAsync("key", Hello);
        ObjectProperties byWriter = await bucket.PutAsync("key", Hello, new PutOptions { StorageClass = "GLACIER_IR" });

        Assert.That((byDefault.StorageClass, byWriter.StorageClass), Is.EqualTo(("STANDARD_IA", "GLACIER_IR")));
        Assert.That(wire.Sent.Select(static sent => sent.Header("x-amz-storage-class")), Is.EqualTo(new[] { "STANDARD_IA", "GLACIER_IR" }));
        Assert.That(wire.Sent.Select(static sent => sent.Header("x-amz-request-payer")), Is.All.EqualTo("requester"));
    }

    [Test]
    public async Task SlowDown_carries_the_wait_that_S3_asks_for()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(503, "SlowDown").With("Retry-After", "1"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.SlowDown, () => wire.CreateBucket().PutAsync("key", Hello));

        Assert.That((error.RetryAfter, error.IsTransient, error.IsOutcomeUnknown), Is.EqualTo((TimeSpan.FromSeconds(1), true, true)));
    }

    /// <summary>The first put lands and its answer is lost; the next is refused for what the first has made.</summary>
    private static StubTransport LosingTheFirstAnswer()
    {
        string? token = null;
        return new StubTransport(request =>
        {
            if (request.Kind == "HEAD")
            {
                return StubAnswer.Object(Hello, Md5OfHello, ("bleepstoretoken", token!));
            }

            (string? before, token) = (token, request.Header("x-amz-meta-bleepstoretoken"));
            return before is null ? StubAnswer.Error(500, "InternalError") : StubAnswer.Error(412, "PreconditionFailed");
        });
    }
}
