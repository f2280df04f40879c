using System.Net;
using System.Net.Http.Headers;
using BleepStore.Storage.Gcp.Wire;
using BleepStore.Storage.Tests.Shared.Providers;
using Google;
using Google.Apis.Requests;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Tests the whole table of errors, with the answers of Google and their results.</summary>
public sealed class GcpErrorsTests : AnswerErrorsTests<GcpErrorsTests>, IErrorTable
{
    /// <summary>Status and reason as "HTTP status and error codes for JSON" has them.</summary>
    public static IReadOnlyList<(int Number, string Name, StorageErrorCode Expected)> Codes { get; } =
    [
        (401, "authError", StorageErrorCode.AuthenticationFailed),
        (403, "accountDisabled", StorageErrorCode.AccessDenied),
        (403, "countryBlocked", StorageErrorCode.AccessDenied),
        (403, "forbidden", StorageErrorCode.AccessDenied),
        (403, "insufficientPermissions", StorageErrorCode.AccessDenied),
        (403, "objectUnderActiveHold", StorageErrorCode.AccessDenied),
        (403, "retentionPolicyNotMet", StorageErrorCode.AccessDenied),
        (403, "sslRequired", StorageErrorCode.AccessDenied),
        (404, "notFound", StorageErrorCode.NoSuchKey),
        (412, "conditionNotMet", StorageErrorCode.PreconditionFailed),
        (416, "requestedRangeNotSatisfiable", StorageErrorCode.InvalidRange),
        (413, "uploadTooLarge", StorageErrorCode.EntityTooLarge),
        (429, "rateLimitExceeded", StorageErrorCode.SlowDown),
        (403, "usageLimits", StorageErrorCode.SlowDown),
        (403, "quotaExceeded", StorageErrorCode.SlowDown),
        (403, "userRateLimitExceeded", StorageErrorCode.SlowDown),
        (408, "uploadBrokenConnection", StorageErrorCode.RequestTimeout),
        (503, "backendError", StorageErrorCode.ServiceUnavailable),
        (500, "internalError", StorageErrorCode.ServiceUnavailable),
        (501, "notImplemented", StorageErrorCode.NotSupported),
    ];

    public static IEnumerable<string> KnownCodes => GcpErrors.KnownCodes;

    protected override IEnumerable<(Exception Thrown, StorageErrorCode Expected)> Unanswered =>
        [(new GoogleApiException("storage", "refused"), StorageErrorCode.ServiceUnavailable)];

    [Test]
    public void A_redirect_is_InternalError() => AssertMapsByStatus(301, StorageErrorCode.InternalError);

    [TestCase(403, "rateLimitExceeded", StorageErrorCode.SlowDown)]
    [TestCase(400, "uploadBrokenConnection", StorageErrorCode.RequestTimeout)]
    public void The_code_counts_for_more_than_the_status(int status, string code, StorageErrorCode expected) =>
        AssertMaps(status, code, expected);

    /// <summary>The reason of a 401 says what is wrong with the token, and never that the account is.</summary>
    [TestCase("required")]
    [TestCase("forbidden")]
    public void A_401_is_about_the_credential_whatever_its_reason(string code)
    {
        StorageException error = From(401, code);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.UnauthenticatedAccess)));
    }

    [Test]
    public void A_request_that_nobody_pays_for_names_the_option()
    {
        StorageException error = From(400, "required");

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AccessDenied));
        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.UserProject)));
    }

    [TestCase(404, "notFound")]
    [TestCase(412, "conditionNotMet")]
    public void What_Google_says_of_a_missing_bucket_or_of_a_policy_is_not_lost(int status, string reason) =>
        Assert.That(From(status, reason).Message, Does.Contain("Google says: Told by the service."));

    [Test]
    public void Bad_arguments_pass() => Assert.That(Map(new ArgumentException("x"), mayHaveLanded: true), Is.Null);

    [TestCase(416, 123L, 123L)]
    [TestCase(416, null, null)]
    [TestCase(503, 123L, null)]
    public void The_size_is_read_from_Content_Range_of_a_416(int status, long? sent, long? size)
    {
        using HttpResponseMessage answer = Answer(status);
        answer.Content.Headers.ContentRange = sent is { } length ? new ContentRangeHeaderValue(length) : null;

        Assert.That(GcpErrors.FromAnswer(answer, error: null, TimeProvider.System, mayHaveLanded: null).ObjectSize, Is.EqualTo(size));
    }

    [Test]
    public void The_wait_is_read_from_Retry_After()
    {
        using HttpResponseMessage answer = Answer(503);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7));

        Assert.That(
            GcpErrors.FromAnswer(answer, error: null, TimeProvider.System, mayHaveLanded: null).RetryAfter,
            Is.EqualTo(TimeSpan.FromSeconds(7)));
    }

    protected override StorageException? Map(Exception thrown, bool? mayHaveLanded, CancellationToken cancellationToken = default) =>
        GcpErrors.Map(thrown, mayHaveLanded, cancellationToken);

    protected override StorageException From(int number, string? name, bool? mayHaveLanded = null)
    {
        using HttpResponseMessage answer = Answer(number);
        var told = new RequestError { Message = Told, Errors = name is null ? [] : [new SingleError { Reason = name }] };
        StorageException error = GcpErrors.FromAnswer(answer, told, TimeProvider.System, mayHaveLanded);
        Assert.That((int?)(error.InnerException as GoogleApiException)?.HttpStatusCode, Is.EqualTo(number));
        return error;
    }

    protected override Exception Wrap(HttpRequestException thrown) => thrown;

    private static HttpResponseMessage Answer(int status)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent([]) };
        answer.Headers.Add("X-GUploader-UploadID", RequestId);
        return answer;
    }
}
