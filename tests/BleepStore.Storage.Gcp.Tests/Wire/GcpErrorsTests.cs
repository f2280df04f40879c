using System.Net;
using System.Net.Http.Headers;
using BleepStore.Storage.Gcp.Wire;
using Google;
using Google.Apis.Requests;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>The one table, whole: what Google answers, and what of it comes out.</summary>
public sealed class GcpErrorsTests
{
    private static readonly StorageErrorCode[] Transient = [StorageErrorCode.SlowDown, StorageErrorCode.RequestTimeout, StorageErrorCode.ServiceUnavailable];

    /// <summary>Status and reason as "HTTP status and error codes for JSON" has them.</summary>
    private static readonly (int Status, string Code, StorageErrorCode Expected)[] Codes =
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

    private static IEnumerable<TestCaseData> CodeCases() => Codes.Select(static one => new TestCaseData(one.Status, one.Code, one.Expected).SetArgDisplayNames(one.Code));

    [TestCaseSource(nameof(CodeCases))]
    public void Is_mapped_by_code(int status, string code, StorageErrorCode expected) => AssertMaps(status, code, expected);

    [Test]
    public void Every_code_of_the_table_is_tested() => Assert.That(GcpErrors.KnownCodes, Is.EquivalentTo(Codes.Select(static one => one.Code)));

    [TestCase(301, StorageErrorCode.InternalError)]
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
        AssertMaps(status, "somethingNew", expected);
    }

    [TestCase(403, "rateLimitExceeded", StorageErrorCode.SlowDown)]
    [TestCase(400, "uploadBrokenConnection", StorageErrorCode.RequestTimeout)]
    public void The_code_counts_for_more_than_the_status(int status, string code, StorageErrorCode expected) => AssertMaps(status, code, expected);

    /// <summary>The reason of a 401 says what is wrong with the token, and never that the account is.</summary>
    [TestCase("required")]
    [TestCase("forbidden")]
    public void A_401_is_about_the_credential_whatever_its_reason(string code)
    {
        StorageException error = Map(401, code);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.UnauthenticatedAccess)));
    }

    [Test]
    public void A_request_that_nobody_pays_for_names_the_option()
    {
        StorageException error = Map(400, "required");

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AccessDenied));
        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.UserProject)));
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
        StorageException error = Map(status, code: null, sentTwice);

        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(unknown));
        Assert.That(error.Message.Contains("may have taken effect", StringComparison.Ordinal), Is.EqualTo(unknown));
    }

    [Test]
    public void What_never_got_an_answer_is_transient_and_of_a_write_the_outcome_is_unknown()
    {
        foreach (Exception thrown in new Exception[] { new GoogleApiException("storage", "refused"), new HttpRequestException("refused"), new IOException("broken") })
        {
            AssertUnanswered(thrown, StorageErrorCode.ServiceUnavailable);
        }

        AssertUnanswered(new TaskCanceledException(), StorageErrorCode.RequestTimeout);

        static void AssertUnanswered(Exception thrown, StorageErrorCode expected)
        {
            StorageException read = GcpErrors.Map(thrown, mayHaveLanded: null, CancellationToken.None)!;
            StorageException write = GcpErrors.Map(thrown, mayHaveLanded: false, CancellationToken.None)!;
            Assert.That((read.Code, read.IsTransient, read.IsOutcomeUnknown), Is.EqualTo((expected, true, false)), thrown.ToString());
            Assert.That((write.Code, write.IsTransient, write.IsOutcomeUnknown), Is.EqualTo((expected, true, true)), thrown.ToString());
            Assert.That(read.InnerException, Is.SameAs(thrown));
        }
    }

    [Test]
    public void What_our_own_body_threw_comes_out_of_the_transports_wrapping()
    {
        var own = new StorageException(StorageErrorCode.IncompleteBody, "The source ended.");

        Assert.That(GcpErrors.Map(new HttpRequestException("copying", own), mayHaveLanded: true, CancellationToken.None), Is.SameAs(own));
        Assert.That(GcpErrors.Map(own, mayHaveLanded: true, CancellationToken.None), Is.Null);
    }

    [Test]
    public void Cancellation_by_the_caller_bad_arguments_and_disposal_pass()
    {
        Assert.That(GcpErrors.Map(new OperationCanceledException(), mayHaveLanded: true, new CancellationToken(canceled: true)), Is.Null);
        Assert.That(GcpErrors.Map(new ArgumentException("x"), mayHaveLanded: true, CancellationToken.None), Is.Null);
        Assert.That(GcpErrors.Map(new ObjectDisposedException("x"), mayHaveLanded: true, CancellationToken.None), Is.Null);
    }

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

        Assert.That(GcpErrors.FromAnswer(answer, error: null, TimeProvider.System, mayHaveLanded: null).RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
    }

    private static void AssertMaps(int status, string? code, StorageErrorCode expected)
    {
        StorageException error = Map(status, code);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Code, Is.EqualTo(expected));
            Assert.That(error.IsTransient, Is.EqualTo(Transient.Contains(expected)));
            Assert.That(error.Message.Contains("Trying again can help", StringComparison.Ordinal), Is.EqualTo(Transient.Contains(expected)));
            Assert.That((error.Status, error.ProviderCode, error.RequestId), Is.EqualTo((status, code, "request-1")));
            Assert.That(error.Message, Does.Contain($"status={status}").And.Contain("request=request-1").And.Not.Contain("and so on"));
            Assert.That((int?)(error.InnerException as GoogleApiException)?.HttpStatusCode, Is.EqualTo(status));
            Assert.That(error.IsOutcomeUnknown, Is.False);
        }
    }

    private static StorageException Map(int status, string? code, bool? mayHaveLanded = null)
    {
        using HttpResponseMessage answer = Answer(status);
        var error = new RequestError { Message = "Told by the service.\nDetail: and so on", Errors = code is null ? [] : [new SingleError { Reason = code }] };
        return GcpErrors.FromAnswer(answer, error, TimeProvider.System, mayHaveLanded);
    }

    private static HttpResponseMessage Answer(int status)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent([]) };
        answer.Headers.Add("X-GUploader-UploadID", "request-1");
        return answer;
    }
}
