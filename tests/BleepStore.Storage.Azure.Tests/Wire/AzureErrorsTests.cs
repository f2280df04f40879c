using Azure;
using Azure.Identity;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Tests.Wire;

public sealed class AzureErrorsTests
{
    [TestCase(404, "BlobNotFound", StorageErrorCode.NoSuchKey)]
    [TestCase(404, null, StorageErrorCode.NoSuchKey)]
    [TestCase(404, "ContainerNotFound", StorageErrorCode.NoSuchBucket)]
    [TestCase(404, "CannotVerifyCopySource", StorageErrorCode.NoSuchKey)]
    [TestCase(403, "CannotVerifyCopySource", StorageErrorCode.AccessDenied)]
    [TestCase(409, "ContainerAlreadyExists", StorageErrorCode.BucketAlreadyExists)]
    [TestCase(409, "ContainerBeingDeleted", StorageErrorCode.OperationAborted)]
    [TestCase(409, "BlobAlreadyExists", StorageErrorCode.PreconditionFailed)]
    [TestCase(409, "PendingCopyOperation", StorageErrorCode.OperationAborted)]
    [TestCase(409, "BlobArchived", StorageErrorCode.InvalidObjectState)]
    [TestCase(409, "BlobBeingRehydrated", StorageErrorCode.InvalidObjectState)]
    [TestCase(409, "SnapshotsPresent", StorageErrorCode.OperationAborted)]
    [TestCase(409, "SomethingNew", StorageErrorCode.OperationAborted)]
    [TestCase(412, "ConditionNotMet", StorageErrorCode.PreconditionFailed)]
    [TestCase(412, "SourceConditionNotMet", StorageErrorCode.PreconditionFailed)]
    [TestCase(412, "LeaseIdMissing", StorageErrorCode.OperationAborted)]
    [TestCase(412, null, StorageErrorCode.PreconditionFailed)]
    [TestCase(400, "InvalidBlockList", StorageErrorCode.UploadInvalidated)]
    [TestCase(400, "InvalidBlobOrBlock", StorageErrorCode.OperationAborted)]
    [TestCase(400, "Md5Mismatch", StorageErrorCode.BadDigest)]
    [TestCase(400, "MetadataTooLarge", StorageErrorCode.MetadataTooLarge)]
    [TestCase(400, "InvalidResourceName", StorageErrorCode.InvalidKey)]
    [TestCase(400, "SomethingNew", StorageErrorCode.InternalError)]
    [TestCase(413, "RequestBodyTooLarge", StorageErrorCode.EntityTooLarge)]
    [TestCase(416, "InvalidRange", StorageErrorCode.InvalidRange)]
    [TestCase(401, "NoAuthenticationInformation", StorageErrorCode.AuthenticationFailed)]
    [TestCase(403, "AuthenticationFailed", StorageErrorCode.AuthenticationFailed)]
    [TestCase(403, "AuthorizationPermissionMismatch", StorageErrorCode.AccessDenied)]
    [TestCase(403, null, StorageErrorCode.AccessDenied)]
    [TestCase(408, null, StorageErrorCode.RequestTimeout)]
    [TestCase(429, "TooManyRequests", StorageErrorCode.SlowDown)]
    [TestCase(500, "OperationTimedOut", StorageErrorCode.RequestTimeout)]
    [TestCase(500, "InternalError", StorageErrorCode.ServiceUnavailable)]
    [TestCase(501, "NotImplemented", StorageErrorCode.NotSupported)]
    [TestCase(503, "ServerBusy", StorageErrorCode.ServiceUnavailable)]
    [TestCase(304, null, StorageErrorCode.NotModified)]
    public void Is_mapped_by_code_else_by_status(int status, string? code, StorageErrorCode expected)
    {
        var failed = new RequestFailedException(status, "Told by the service.\nRequestId: and so on", code, innerException: null);

        StorageException? error = AzureErrors.Map(failed, mayHaveLanded: null, CancellationToken.None);

        Assert.That(error!.Code, Is.EqualTo(expected));
        Assert.That(error.Status, Is.EqualTo(status));
        Assert.That(error.ProviderCode, Is.EqualTo(code));
        Assert.That(error.Message, Does.Not.Contain("and so on"));
        Assert.That(error.InnerException, Is.SameAs(failed));
        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [TestCase(412, false, false)]
    [TestCase(412, true, true)]
    [TestCase(404, true, true)]
    [TestCase(503, false, true)]
    [TestCase(408, false, true)]
    public void A_write_that_may_have_landed_says_so(int status, bool sentTwice, bool unknown) =>
        Assert.That(AzureErrors.Map(new RequestFailedException(StubResponse.Error(status, code: null)), sentTwice, CancellationToken.None)!.IsOutcomeUnknown, Is.EqualTo(unknown));

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
    }

    [Test]
    public void No_token_is_AuthenticationFailed() =>
        Assert.That(AzureErrors.Map(new CredentialUnavailableException("none"), mayHaveLanded: null, CancellationToken.None)!.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));

    [Test]
    public void Cancellation_by_the_caller_and_bad_arguments_pass()
    {
        Assert.That(AzureErrors.Map(new OperationCanceledException(), mayHaveLanded: true, new CancellationToken(canceled: true)), Is.Null);
        Assert.That(AzureErrors.Map(new ArgumentException("x"), mayHaveLanded: true, CancellationToken.None), Is.Null);
        Assert.That(AzureErrors.Map(new TaskCanceledException(), mayHaveLanded: true, CancellationToken.None)!.Code, Is.EqualTo(StorageErrorCode.RequestTimeout));
    }
}
