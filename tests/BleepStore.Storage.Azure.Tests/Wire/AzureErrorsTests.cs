using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Identity;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>Tests the whole table of errors, with the answers of Azure and their results.</summary>
public sealed class AzureErrorsTests : AnswerErrorsTests<AzureErrorsTests>, IErrorTable
{
    /// <summary>Status and code as "Blob Storage error codes" and "Common REST API error codes" have them.</summary>
    public static IReadOnlyList<(int Number, string Name, StorageErrorCode Expected)> Codes { get; } =
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

    public static IEnumerable<string> KnownCodes => AzureErrors.KnownCodes;

    protected override IEnumerable<(Exception Thrown, StorageErrorCode Expected)> Unanswered =>
        [(new RequestFailedException("refused"), StorageErrorCode.ServiceUnavailable)];

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
    public void The_code_counts_for_more_than_the_status(int status, string code, StorageErrorCode expected) =>
        AssertMaps(status, code, expected);

    [Test]
    public void An_answer_gives_its_request_the_wait_and_the_size()
    {
        StubResponse answer = StubResponse.Error(416, "InvalidRange").With("Content-Range", "bytes */123").With("Retry-After", "7");

        StorageException error = Map(new RequestFailedException(answer), mayHaveLanded: null)!;

        Assert.That(
            (error.RequestId, error.RetryAfter, error.ObjectSize),
            Is.EqualTo(("request-1", (TimeSpan?)TimeSpan.FromSeconds(7), (long?)123L)));
    }

    [Test]
    public void What_the_SDK_gives_up_on_after_retries_is_the_last_failure()
    {
        var thrown = new AggregateException(
            new RequestFailedException("first"), new RequestFailedException(0, "Connection refused", new HttpRequestException("refused")));

        StorageException error = Map(thrown, mayHaveLanded: true)!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
        Assert.That(error.IsTransient && error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public void Bad_arguments_pass() => Assert.That(Map(new ArgumentException("x"), mayHaveLanded: true), Is.Null);

    [Test]
    public void No_credential_is_AuthenticationFailed() =>
        Assert.That(
            Map(new CredentialUnavailableException("none"), mayHaveLanded: null)!.Code,
            Is.EqualTo(StorageErrorCode.AuthenticationFailed));

    [TestCaseSource(typeof(ContentRanges), nameof(ContentRanges.Sizes))]
    public void The_size_is_read_from_Content_Range(string? header, long? size) =>
        Assert.That(AzureErrors.SizeIn(header), Is.EqualTo(size));

    protected override StorageException? Map(Exception thrown, bool? mayHaveLanded, CancellationToken cancellationToken = default) =>
        AzureErrors.Map(thrown, mayHaveLanded, cancellationToken);

    protected override StorageException From(int number, string? name, bool? mayHaveLanded = null)
    {
        var failed = new RequestFailedException(StubResponse.Error(number, name), innerException: null, new Details(name));
        StorageException error = Map(failed, mayHaveLanded)!;
        Assert.That(error.InnerException, Is.SameAs(failed));
        return error;
    }

    protected override Exception Wrap(HttpRequestException thrown) => new RequestFailedException(0, "copying", thrown);

    private sealed class Details(string? code) : RequestFailedDetailsParser
    {
        public override bool TryParse(
            Response response, [NotNullWhen(true)] out ResponseError? error, out IDictionary<string, string>? data)
        {
            (error, data) = (new ResponseError(code, Told), null);
            return true;
        }
    }
}
