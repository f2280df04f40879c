using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws.Wire;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>The one table, whole: what S3 answers, and what of it comes out.</summary>
public sealed class AwsErrorsTests
{
    private static readonly StorageErrorCode[] Transient = [StorageErrorCode.SlowDown, StorageErrorCode.RequestTimeout, StorageErrorCode.ServiceUnavailable];

    /// <summary>Status and code as the S3 API Reference has them; where it has neither, as the server that has the code answers.</summary>
    private static readonly (int Status, string Code, StorageErrorCode Expected)[] Codes =
    [
        (404, "NoSuchKey", StorageErrorCode.NoSuchKey),
        (404, "NoSuchVersion", StorageErrorCode.NoSuchKey),
        (404, "NoSuchBucket", StorageErrorCode.NoSuchBucket),
        (404, "NoSuchUpload", StorageErrorCode.NoSuchUpload),
        (409, "BucketAlreadyExists", StorageErrorCode.BucketAlreadyExists),
        (409, "BucketAlreadyOwnedByYou", StorageErrorCode.BucketAlreadyExists),
        (409, "BucketNotEmpty", StorageErrorCode.BucketNotEmpty),
        (400, "InvalidBucketName", StorageErrorCode.InvalidBucketName),
        (400, "KeyTooLongError", StorageErrorCode.InvalidKey),
        (400, "XMinioInvalidObjectName", StorageErrorCode.InvalidKey),
        (400, "InvalidPart", StorageErrorCode.InvalidPart),
        (400, "InvalidPartOrder", StorageErrorCode.InvalidPartOrder),
        (400, "EntityTooSmall", StorageErrorCode.EntityTooSmall),
        (400, "EntityTooLarge", StorageErrorCode.EntityTooLarge),
        (400, "MetadataTooLarge", StorageErrorCode.MetadataTooLarge),
        (400, "BadDigest", StorageErrorCode.BadDigest),
        (400, "InvalidDigest", StorageErrorCode.BadDigest),
        (400, "XAmzContentSHA256Mismatch", StorageErrorCode.BadDigest),
        (400, "XAmzContentChecksumMismatch", StorageErrorCode.BadDigest),
        (400, "IncompleteBody", StorageErrorCode.IncompleteBody),
        (416, "InvalidRange", StorageErrorCode.InvalidRange),
        (412, "PreconditionFailed", StorageErrorCode.PreconditionFailed),
        (304, "NotModified", StorageErrorCode.NotModified),
        (409, "ConditionalRequestConflict", StorageErrorCode.OperationAborted),
        (409, "ConcurrentModification", StorageErrorCode.OperationAborted),
        (409, "OperationAborted", StorageErrorCode.OperationAborted),
        (403, "ObjectNotInActiveTierError", StorageErrorCode.InvalidObjectState),
        (400, "TooManyBuckets", StorageErrorCode.InsufficientStorage),
        (400, "IllegalLocationConstraintException", StorageErrorCode.NotSupported),
        (400, "InvalidLocationConstraint", StorageErrorCode.NotSupported),
        (400, "InvalidEncryptionAlgorithmError", StorageErrorCode.NotSupported),
        (400, "TooManyParts", StorageErrorCode.NotSupported),
        (400, "AuthorizationHeaderMalformed", StorageErrorCode.AuthenticationFailed),
        (403, "InvalidObjectState", StorageErrorCode.InvalidObjectState),
        (403, "AccessDenied", StorageErrorCode.AccessDenied),
        (403, "AllAccessDisabled", StorageErrorCode.AccessDenied),
        (403, "AccountProblem", StorageErrorCode.AccessDenied),
        (400, "KMS.DisabledException", StorageErrorCode.AccessDenied),
        (400, "KMS.InvalidStateException", StorageErrorCode.AccessDenied),
        (400, "KMS.KMSInvalidStateException", StorageErrorCode.AccessDenied),
        (400, "KMS.NotFoundException", StorageErrorCode.AccessDenied),
        (403, "InvalidAccessKeyId", StorageErrorCode.AuthenticationFailed),
        (403, "SignatureDoesNotMatch", StorageErrorCode.AuthenticationFailed),
        (400, "ExpiredToken", StorageErrorCode.AuthenticationFailed),
        (400, "InvalidToken", StorageErrorCode.AuthenticationFailed),
        (400, "TokenRefreshRequired", StorageErrorCode.AuthenticationFailed),
        (403, "RequestTimeTooSkewed", StorageErrorCode.AuthenticationFailed),
        (403, "RequestExpired", StorageErrorCode.AuthenticationFailed),
        (503, "SlowDown", StorageErrorCode.SlowDown),
        (503, "Throttling", StorageErrorCode.SlowDown),
        (400, "ThrottlingException", StorageErrorCode.SlowDown),
        (429, "TooManyRequests", StorageErrorCode.SlowDown),
        (503, "RequestLimitExceeded", StorageErrorCode.SlowDown),
        (509, "BandwidthLimitExceeded", StorageErrorCode.SlowDown),
        (400, "RequestTimeout", StorageErrorCode.RequestTimeout),
        (503, "ServiceUnavailable", StorageErrorCode.ServiceUnavailable),
        (500, "InternalError", StorageErrorCode.ServiceUnavailable),
        (403, "QuotaExceeded", StorageErrorCode.InsufficientStorage),
        (507, "XMinioStorageFull", StorageErrorCode.InsufficientStorage),
        (400, "InvalidStorageClass", StorageErrorCode.NotSupported),
        (501, "NotImplemented", StorageErrorCode.NotSupported),
        (405, "MethodNotAllowed", StorageErrorCode.NotSupported),
    ];

    private static IEnumerable<TestCaseData> CodeCases() => Codes.Select(static one => new TestCaseData(one.Status, one.Code, one.Expected).SetArgDisplayNames(one.Code));

    [TestCaseSource(nameof(CodeCases))]
    public void Is_mapped_by_code(int status, string code, StorageErrorCode expected) => AssertMaps(status, code, expected);

    [Test]
    public void Every_code_of_the_table_is_tested() => Assert.That(AwsErrors.KnownCodes, Is.EquivalentTo(Codes.Select(static one => one.Code)));

    [TestCase(301, StorageErrorCode.NotSupported)]
    [TestCase(304, StorageErrorCode.NotModified)]
    [TestCase(400, StorageErrorCode.InternalError)]
    [TestCase(401, StorageErrorCode.AuthenticationFailed)]
    [TestCase(403, StorageErrorCode.AccessDenied)]
    [TestCase(404, StorageErrorCode.NoSuchKey)]
    [TestCase(405, StorageErrorCode.InternalError)]
    [TestCase(408, StorageErrorCode.RequestTimeout)]
    [TestCase(409, StorageErrorCode.OperationAborted)]
    [TestCase(412, StorageErrorCode.PreconditionFailed)]
    [TestCase(413, StorageErrorCode.EntityTooLarge)]
    [TestCase(416, StorageErrorCode.InvalidRange)]
    [TestCase(429, StorageErrorCode.SlowDown)]
    [TestCase(500, StorageErrorCode.ServiceUnavailable)]
    [TestCase(501, StorageErrorCode.NotSupported)]
    [TestCase(502, StorageErrorCode.ServiceUnavailable)]
    [TestCase(503, StorageErrorCode.ServiceUnavailable)]
    [TestCase(504, StorageErrorCode.ServiceUnavailable)]
    [TestCase(507, StorageErrorCode.InsufficientStorage)]
    public void Is_mapped_by_status_when_there_is_no_code_or_a_new_one(int status, StorageErrorCode expected)
    {
        AssertMaps(status, code: null, expected);
        AssertMaps(status, "SomethingNew", expected);
    }

    /// <summary>Some errors come with a status that says less than their code, such as those in the body of a 200.</summary>
    [TestCase(200, "InternalError", StorageErrorCode.ServiceUnavailable)]
    [TestCase(200, "SlowDown", StorageErrorCode.SlowDown)]
    [TestCase(403, "NoSuchKey", StorageErrorCode.NoSuchKey)]
    [TestCase(400, "NotImplemented", StorageErrorCode.NotSupported)]
    public void The_code_counts_for_more_than_the_status(int status, string code, StorageErrorCode expected) => AssertMaps(status, code, expected);

    [TestCase(412, false, false)]
    [TestCase(412, true, true)]
    [TestCase(404, true, true)]
    [TestCase(403, false, false)]
    [TestCase(500, false, true)]
    [TestCase(503, false, true)]
    [TestCase(408, false, true)]
    [TestCase(200, false, true)]
    public void A_write_that_may_have_landed_says_so(int status, bool sentTwice, bool unknown)
    {
        StorageException error = AwsErrors.Map(Failed(status, code: null), sentTwice, CancellationToken.None)!;

        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(unknown));
        Assert.That(error.Message.Contains("may have taken effect", StringComparison.Ordinal), Is.EqualTo(unknown));
    }

    [Test]
    public void What_never_got_an_answer_is_transient_and_of_a_write_the_outcome_is_unknown()
    {
        foreach (Exception thrown in new Exception[] { new HttpRequestException("refused"), new IOException("broken"), new WebException("no route") })
        {
            AssertUnanswered(thrown, StorageErrorCode.ServiceUnavailable);
        }

        AssertUnanswered(new TimeoutException(), StorageErrorCode.RequestTimeout);
        AssertUnanswered(new TaskCanceledException(), StorageErrorCode.RequestTimeout);

        static void AssertUnanswered(Exception thrown, StorageErrorCode expected)
        {
            StorageException read = AwsErrors.Map(thrown, mayHaveLanded: null, CancellationToken.None)!;
            StorageException write = AwsErrors.Map(thrown, mayHaveLanded: false, CancellationToken.None)!;
            Assert.That((read.Code, read.IsTransient, read.IsOutcomeUnknown), Is.EqualTo((expected, true, false)), thrown.ToString());
            Assert.That((write.Code, write.IsTransient, write.IsOutcomeUnknown), Is.EqualTo((expected, true, true)), thrown.ToString());
            Assert.That(read.InnerException, Is.SameAs(thrown));
        }
    }

    [Test]
    public void What_our_own_body_threw_comes_out_of_the_transports_wrapping()
    {
        var own = new StorageException(StorageErrorCode.IncompleteBody, "The source ended.");

        Assert.That(AwsErrors.Map(new AmazonServiceException("sending", new HttpRequestException("copying", own)), mayHaveLanded: true, CancellationToken.None), Is.SameAs(own));
        Assert.That(AwsErrors.Map(own, mayHaveLanded: true, CancellationToken.None), Is.Null);
    }

    [Test]
    public void Cancellation_by_the_caller_and_disposal_pass()
    {
        Assert.That(AwsErrors.Map(new OperationCanceledException(), mayHaveLanded: true, new CancellationToken(canceled: true)), Is.Null);
        Assert.That(AwsErrors.Map(new ObjectDisposedException("x"), mayHaveLanded: true, CancellationToken.None), Is.Null);
    }

    /// <summary>Arguments of callers are checked before the SDK sees them. What it throws of its own is no caller's fault.</summary>
    [Test]
    public void What_the_SDK_throws_of_its_own_is_mapped()
    {
        foreach (Exception thrown in new Exception[] { new ArgumentException("x"), new NotSupportedException("x"), new InvalidOperationException("x") })
        {
            StorageException? error = AwsErrors.Map(thrown, mayHaveLanded: false, CancellationToken.None);

            Assert.That((error?.Code, error?.IsOutcomeUnknown, error?.InnerException), Is.EqualTo(((StorageErrorCode?)StorageErrorCode.InternalError, (bool?)true, thrown)));
        }
    }

    [Test]
    public void No_credential_is_AuthenticationFailed() =>
        Assert.That(AwsErrors.Map(new AmazonClientException("Failed to resolve AWS credentials"), mayHaveLanded: null, CancellationToken.None)!.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));

    [TestCase("InternalError", "We encountered an internal error.", StorageErrorCode.ServiceUnavailable)]
    [TestCase("AccessDenied", "", StorageErrorCode.AccessDenied)]
    [TestCase("SomethingNew", "Something\r\nnew", StorageErrorCode.InternalError)]
    [TestCase(null, null, StorageErrorCode.InternalError)]
    public void An_entry_of_a_batch_is_mapped_by_its_code_alone(string? code, string? message, StorageErrorCode expected)
    {
        StorageException error = AwsErrors.FromEntry(code, message);

        Assert.That((error.Code, error.ProviderCode, error.Status), Is.EqualTo((expected, code, (int?)null)));
        Assert.That(error.Message, Does.Not.Contain("\n"));
    }

    [TestCase("bytes */123", 123L)]
    [TestCase("bytes 0-9/123", 123L)]
    [TestCase("bytes 0-9/*", null)]
    [TestCase("", null)]
    [TestCase(null, null)]
    public void The_size_is_read_from_Content_Range(string? header, long? size) => Assert.That(AwsErrors.SizeIn(header), Is.EqualTo(size));

    private static void AssertMaps(int status, string? code, StorageErrorCode expected)
    {
        AmazonS3Exception failed = Failed(status, code);

        StorageException error = AwsErrors.Map(failed, mayHaveLanded: null, CancellationToken.None)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(expected));
            Assert.That(error.IsTransient, Is.EqualTo(Transient.Contains(expected)));
            Assert.That(error.Message.Contains("Trying again can help", StringComparison.Ordinal), Is.EqualTo(Transient.Contains(expected)));
            Assert.That((error.Status, error.ProviderCode, error.RequestId), Is.EqualTo((status, code, "request-1")));
            Assert.That(error.Message, Does.Contain($"status={status}").And.Contain("request=request-1").And.Not.Contain("and so on"));
            Assert.That(error.InnerException, Is.SameAs(failed));
            Assert.That(error.IsOutcomeUnknown, Is.False);
        }
    }

    private static AmazonS3Exception Failed(int status, string? code) =>
        new("Told by the service.\nHostId: and so on", ErrorType.Sender, code, "request-1", (HttpStatusCode)status);
}
