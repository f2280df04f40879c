using Azure;
using Azure.Identity;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>The one table, whole: what Azure answers, and what of it comes out.</summary>
public sealed class AzureErrorsTests
{
    private static readonly StorageErrorCode[] Transient = [StorageErrorCode.SlowDown, StorageErrorCode.RequestTimeout, StorageErrorCode.ServiceUnavailable];

    /// <summary>Status and code as "Blob Storage error codes" and "Common REST API error codes" have them.</summary>
    private static readonly (int Status, string Code, StorageErrorCode Expected)[] Codes =
    [
        (404, "BlobNotFound", StorageErrorCode.NoSuchKey),
        (404, "ResourceNotFound", StorageErrorCode.NoSuchKey),
        (404, "ContainerNotFound", StorageErrorCode.NoSuchBucket),
        (409, "ContainerDisabled", StorageErrorCode.NoSuchBucket),
        (409, "ContainerAlreadyExists", StorageErrorCode.BucketAlreadyExists),
        (409, "ContainerBeingDeleted", StorageErrorCode.OperationAborted),
        (400, "InvalidResourceName", StorageErrorCode.InvalidKey),
        (409, "BlobAlreadyExists", StorageErrorCode.PreconditionFailed),
        (412, "ConditionNotMet", StorageErrorCode.PreconditionFailed),
        (412, "TargetConditionNotMet", StorageErrorCode.PreconditionFailed),
        (412, "SourceConditionNotMet", StorageErrorCode.PreconditionFailed),
        (400, "InvalidBlockList", StorageErrorCode.UploadInvalidated),
        (400, "InvalidBlobOrBlock", StorageErrorCode.OperationAborted),
        (409, "InvalidBlobType", StorageErrorCode.NotSupported),
        (409, "BlockCountExceedsLimit", StorageErrorCode.InsufficientStorage),
        (400, "BlockListTooLong", StorageErrorCode.EntityTooLarge),
        (413, "RequestBodyTooLarge", StorageErrorCode.EntityTooLarge),
        (400, "MetadataTooLarge", StorageErrorCode.MetadataTooLarge),
        (400, "Md5Mismatch", StorageErrorCode.BadDigest),
        (416, "InvalidRange", StorageErrorCode.InvalidRange),
        (412, "LeaseIdMissing", StorageErrorCode.OperationAborted),
        (412, "LeaseIdMismatchWithBlobOperation", StorageErrorCode.OperationAborted),
        (412, "LeaseIdMismatchWithContainerOperation", StorageErrorCode.OperationAborted),
        (412, "LeaseLost", StorageErrorCode.OperationAborted),
        (412, "LeaseNotPresentWithBlobOperation", StorageErrorCode.OperationAborted),
        (412, "LeaseNotPresentWithContainerOperation", StorageErrorCode.OperationAborted),
        (409, "PendingCopyOperation", StorageErrorCode.OperationAborted),
        (409, "SnapshotsPresent", StorageErrorCode.OperationAborted),
        (409, "BlobImmutableDueToPolicy", StorageErrorCode.AccessDenied),
        (403, "UnauthorizedBlobOverwrite", StorageErrorCode.AccessDenied),
        (409, "BlobArchived", StorageErrorCode.InvalidObjectState),
        (409, "BlobBeingRehydrated", StorageErrorCode.InvalidObjectState),
        (409, "BlobTierInadequateForContentLength", StorageErrorCode.NotSupported),
        (400, "InvalidBlobTier", StorageErrorCode.NotSupported),
        (403, "AuthenticationFailed", StorageErrorCode.AuthenticationFailed),
        (400, "InvalidAuthenticationInfo", StorageErrorCode.AuthenticationFailed),
        (401, "NoAuthenticationInformation", StorageErrorCode.AuthenticationFailed),
        (403, "AccountIsDisabled", StorageErrorCode.AccessDenied),
        (500, "OperationTimedOut", StorageErrorCode.RequestTimeout),
    ];

    private static IEnumerable<TestCaseData> CodeCases() => Codes.Select(static one => new TestCaseData(one.Status, one.Code, one.Expected).SetArgDisplayNames(one.Code));

    [TestCaseSource(nameof(CodeCases))]
    public void Is_mapped_by_code(int status, string code, StorageErrorCode expected) => AssertMaps(status, code, expected);

    [Test]
    public void Every_code_of_the_table_is_tested() => Assert.That(AzureErrors.KnownCodes, Is.EquivalentTo(Codes.Select(static one => one.Code)));

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

    /// <summary>Codes of the service that say no more than their status.</summary>
    [TestCase(404, "CannotVerifyCopySource", StorageErrorCode.NoSuchKey)]
    [TestCase(403, "CannotVerifyCopySource", StorageErrorCode.AccessDenied)]
    [TestCase(403, "AuthorizationPermissionMismatch", StorageErrorCode.AccessDenied)]
    [TestCase(429, "TooManyRequests", StorageErrorCode.SlowDown)]
    [TestCase(500, "InternalError", StorageErrorCode.ServiceUnavailable)]
    [TestCase(501, "NotImplemented", StorageErrorCode.NotSupported)]
    [TestCase(503, "ServerBusy", StorageErrorCode.ServiceUnavailable)]
    public void A_code_that_says_no_more_than_its_status_is_mapped_by_status(int status, string code, StorageErrorCode expected) =>
        AssertMaps(status, code, expected);

    [TestCase(403, "BlobNotFound", StorageErrorCode.NoSuchKey)]
    [TestCase(409, "AuthenticationFailed", StorageErrorCode.AuthenticationFailed)]
    public void The_code_counts_for_more_than_the_status(int status, string code, StorageErrorCode expected) => AssertMaps(status, code, expected);

    [Test]
    public void An_answer_gives_its_request_the_wait_and_the_size()
    {
        StubResponse answer = StubResponse.Error(416, "InvalidRange").With("Content-Range", "bytes */123").With("Retry-After", "7");

        StorageException error = AzureErrors.Map(new RequestFailedException(answer), mayHaveLanded: null, CancellationToken.None)!;

        Assert.That((error.RequestId, error.RetryAfter, error.ObjectSize), Is.EqualTo(("request-1", (TimeSpan?)TimeSpan.FromSeconds(7), (long?)123L)));
    }

    [TestCase(412, false, false)]
    [TestCase(412, true, true)]
    [TestCase(404, true, true)]
    [TestCase(403, false, false)]
    [TestCase(500, false, true)]
    [TestCase(501, true, false)]
    [TestCase(503, false, true)]
    [TestCase(408, false, true)]
    public void A_write_that_may_have_landed_says_so(int status, bool sentTwice, bool unknown)
    {
        StorageException error = AzureErrors.Map(new RequestFailedException(StubResponse.Error(status, code: null)), sentTwice, CancellationToken.None)!;

        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(unknown));
        Assert.That(error.Message.Contains("may have taken effect", StringComparison.Ordinal), Is.EqualTo(unknown));
    }

    [Test]
    public void What_never_got_an_answer_is_transient_and_of_a_write_the_outcome_is_unknown()
    {
        foreach (Exception thrown in new Exception[] { new RequestFailedException("refused"), new HttpRequestException("refused"), new IOException("broken") })
        {
            AssertUnanswered(thrown, StorageErrorCode.ServiceUnavailable);
        }

        AssertUnanswered(new TaskCanceledException(), StorageErrorCode.RequestTimeout);

        static void AssertUnanswered(Exception thrown, StorageErrorCode expected)
        {
            StorageException read = AzureErrors.Map(thrown, mayHaveLanded: null, CancellationToken.None)!;
            StorageException write = AzureErrors.Map(thrown, mayHaveLanded: false, CancellationToken.None)!;
            Assert.That((read.Code, read.IsTransient, read.IsOutcomeUnknown), Is.EqualTo((expected, true, false)), thrown.ToString());
            Assert.That((write.Code, write.IsTransient, write.IsOutcomeUnknown), Is.EqualTo((expected, true, true)), thrown.ToString());
            Assert.That(read.InnerException, Is.SameAs(thrown));
        }
    }

    [Test]
    public void What_the_SDK_gives_up_on_after_retries_is_the_last_failure()
    {
        var thrown = new AggregateException(new RequestFailedException("first"), new RequestFailedException(0, "Connection refused", new HttpRequestException("refused")));

        StorageException error = AzureErrors.Map(thrown, mayHaveLanded: true, CancellationToken.None)!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
        Assert.That(error.IsTransient && error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public void What_our_own_body_threw_comes_out_of_the_transports_wrapping()
    {
        var own = new StorageException(StorageErrorCode.IncompleteBody, "The source ended.");

        Assert.That(AzureErrors.Map(new RequestFailedException(0, "copying", new HttpRequestException("copying", own)), mayHaveLanded: true, CancellationToken.None), Is.SameAs(own));
        Assert.That(AzureErrors.Map(own, mayHaveLanded: true, CancellationToken.None), Is.Null);
    }

    [Test]
    public void Cancellation_by_the_caller_bad_arguments_and_disposal_pass()
    {
        Assert.That(AzureErrors.Map(new OperationCanceledException(), mayHaveLanded: true, new CancellationToken(canceled: true)), Is.Null);
        Assert.That(AzureErrors.Map(new ArgumentException("x"), mayHaveLanded: true, CancellationToken.None), Is.Null);
        Assert.That(AzureErrors.Map(new ObjectDisposedException("x"), mayHaveLanded: true, CancellationToken.None), Is.Null);
    }

    [Test]
    public void No_credential_is_AuthenticationFailed() =>
        Assert.That(AzureErrors.Map(new CredentialUnavailableException("none"), mayHaveLanded: null, CancellationToken.None)!.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));

    [TestCase("bytes */123", 123L)]
    [TestCase("bytes 0-9/123", 123L)]
    [TestCase("bytes 0-9/*", null)]
    [TestCase("", null)]
    [TestCase(null, null)]
    public void The_size_is_read_from_Content_Range(string? header, long? size) => Assert.That(AzureErrors.SizeIn(header), Is.EqualTo(size));

    private static void AssertMaps(int status, string? code, StorageErrorCode expected)
    {
        var failed = new RequestFailedException(status, "Told by the service.\nRequestId: and so on", code, innerException: null);

        StorageException error = AzureErrors.Map(failed, mayHaveLanded: null, CancellationToken.None)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(expected));
            Assert.That(error.IsTransient, Is.EqualTo(Transient.Contains(expected)));
            Assert.That(error.Message.Contains("Trying again can help", StringComparison.Ordinal), Is.EqualTo(Transient.Contains(expected)));
            Assert.That((error.Status, error.ProviderCode), Is.EqualTo((status, code)));
            Assert.That(error.Message, Does.Contain($"status={status}").And.Not.Contain("and so on"));
            Assert.That(error.InnerException, Is.SameAs(failed));
            Assert.That(error.IsOutcomeUnknown, Is.False);
        }
    }
}
