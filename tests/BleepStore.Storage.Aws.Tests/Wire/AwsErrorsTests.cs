using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>Tests the whole table of errors, with the answers of S3 and their results.</summary>
public sealed class AwsErrorsTests : AnswerErrorsTests<AwsErrorsTests>, IErrorTable
{
    /// <summary>Status and code as the S3 API Reference has them; where it has neither, as the server that has the code answers.</summary>
    public static IReadOnlyList<(int Number, string Name, StorageErrorCode Expected)> Codes { get; } =
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

    public static IEnumerable<string> KnownCodes => AwsErrors.KnownCodes;

    protected override IEnumerable<(Exception Thrown, StorageErrorCode Expected)> Unanswered =>
        [(new WebException("no route"), StorageErrorCode.ServiceUnavailable), (new TimeoutException(), StorageErrorCode.RequestTimeout)];

    [Test]
    public void A_redirect_is_NotSupported() => AssertMapsByStatus(301, StorageErrorCode.NotSupported);

    /// <summary>Some errors come with a status that says less than their code, such as those in the body of a 200.</summary>
    [TestCase(200, "InternalError", StorageErrorCode.ServiceUnavailable)]
    [TestCase(200, "SlowDown", StorageErrorCode.SlowDown)]
    [TestCase(403, "NoSuchKey", StorageErrorCode.NoSuchKey)]
    [TestCase(400, "NotImplemented", StorageErrorCode.NotSupported)]
    public void The_code_counts_for_more_than_the_status(int status, string code, StorageErrorCode expected) =>
        AssertMaps(status, code, expected);

    [Test]
    public void A_write_that_failed_after_its_answer_began_may_have_landed() =>
        AssertOutcome(From(200, name: null, mayHaveLanded: false), unknown: true);

    /// <summary>Arguments of callers are checked before the SDK sees them. The SDK's own exceptions are no fault of the caller.</summary>
    [Test]
    public void What_the_SDK_throws_of_its_own_is_mapped()
    {
        foreach (Exception thrown in new Exception[]
        {
            new ArgumentException("x"), new NotSupportedException("x"), new InvalidOperationException("x"),
        })
        {
            StorageException? error = Map(thrown, mayHaveLanded: false);

            Assert.That(
                (error?.Code, error?.IsOutcomeUnknown, error?.InnerException),
                Is.EqualTo(((StorageErrorCode?)StorageErrorCode.InternalError, (bool?)true, thrown)));
        }
    }

    [Test]
    public void No_credential_is_AuthenticationFailed() =>
        Assert.That(
            Map(new AmazonClientException("Failed to resolve AWS credentials"), mayHaveLanded: null)!.Code,
            Is.EqualTo(StorageErrorCode.AuthenticationFailed));

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

    [TestCaseSource(typeof(ContentRanges), nameof(ContentRanges.Sizes))]
    public void The_size_is_read_from_Content_Range(string? header, long? size) => Assert.That(AwsErrors.SizeIn(header), Is.EqualTo(size));

    protected override StorageException? Map(Exception thrown, bool? mayHaveLanded, CancellationToken cancellationToken = default) =>
        AwsErrors.Map(thrown, mayHaveLanded, cancellationToken);

    protected override StorageException From(int number, string? name, bool? mayHaveLanded = null)
    {
        var failed = new AmazonS3Exception(Told, ErrorType.Sender, name, RequestId, (HttpStatusCode)number);
        StorageException error = Map(failed, mayHaveLanded)!;
        Assert.That(error.InnerException, Is.SameAs(failed));
        return error;
    }

    protected override Exception Wrap(HttpRequestException thrown) => new AmazonServiceException("sending", thrown);
}
