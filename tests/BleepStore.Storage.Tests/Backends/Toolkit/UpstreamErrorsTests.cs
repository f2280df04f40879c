using System.Net.Sockets;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Backends.Toolkit;

public class UpstreamErrorsTests
{
    [TestCase(304, StorageErrorCode.NotModified)]
    [TestCase(400, StorageErrorCode.InternalError)]
    [TestCase(401, StorageErrorCode.AuthenticationFailed)]
    [TestCase(403, StorageErrorCode.AccessDenied)]
    [TestCase(404, StorageErrorCode.NoSuchKey)]
    [TestCase(408, StorageErrorCode.RequestTimeout)]
    [TestCase(409, StorageErrorCode.OperationAborted)]
    [TestCase(412, StorageErrorCode.PreconditionFailed)]
    [TestCase(413, StorageErrorCode.EntityTooLarge)]
    [TestCase(416, StorageErrorCode.InvalidRange)]
    [TestCase(429, StorageErrorCode.SlowDown)]
    [TestCase(500, StorageErrorCode.ServiceUnavailable)]
    [TestCase(501, StorageErrorCode.NotSupported)]
    [TestCase(503, StorageErrorCode.ServiceUnavailable)]
    [TestCase(507, StorageErrorCode.InsufficientStorage)]
    public void A_status_without_a_code_has_its_meaning(int status, StorageErrorCode expected) =>
        Assert.That(UpstreamErrors.FromStatus(status), Is.EqualTo(expected));

    [TestCase(500, null, false)]
    [TestCase(500, false, true)]
    [TestCase(408, false, true)]
    [TestCase(412, false, false)]
    [TestCase(412, true, true)]
    [TestCase(501, false, false)]
    [TestCase(501, true, false)]
    public void The_outcome_of_a_write_is_unknown_when_it_was_sent_twice_or_the_server_failed(
        int status, bool? mayHaveLanded, bool expected) =>
        Assert.That(UpstreamErrors.IsOutcomeUnknown(status, mayHaveLanded), Is.EqualTo(expected));

    [TestCase(HttpRequestError.NameResolutionError, true)]
    [TestCase(HttpRequestError.ConnectionError, true)]
    [TestCase(HttpRequestError.SecureConnectionError, true)]
    [TestCase(HttpRequestError.ProxyTunnelError, true)]
    [TestCase(HttpRequestError.ResponseEnded, false)]
    [TestCase(HttpRequestError.InvalidResponse, false)]
    [TestCase(HttpRequestError.Unknown, false)]
    public void A_request_was_never_sent_when_no_connection_came_about(HttpRequestError error, bool expected)
    {
        var thrown = new InvalidOperationException("The SDK's own.", new HttpRequestException(error, "The transport's."));
        Assert.That(UpstreamErrors.WasNeverSent(thrown), Is.EqualTo(expected));
        Assert.That(UpstreamErrors.IsOutcomeUnknown(thrown, mayHaveLanded: false), Is.EqualTo(!expected));
    }

    [TestCase(SocketError.ConnectionRefused, true)]
    [TestCase(SocketError.HostNotFound, true)]
    [TestCase(SocketError.TryAgain, true)]
    [TestCase(SocketError.ConnectionReset, false)]
    [TestCase(SocketError.HostUnreachable, false)]
    [TestCase(SocketError.TimedOut, false)]
    public void A_socket_error_shows_it_only_when_no_open_connection_can_have_it(SocketError error, bool expected) =>
        Assert.That(UpstreamErrors.WasNeverSent(new IOException("The stream's.", new SocketException((int)error))), Is.EqualTo(expected));

    [Test]
    public void Of_several_attempts_none_may_have_been_sent()
    {
        var refused = new HttpRequestException(HttpRequestError.ConnectionError, "Refused.");
        var broken = new HttpRequestException(HttpRequestError.ResponseEnded, "Broken.");
        Assert.That(UpstreamErrors.WasNeverSent(new AggregateException(refused, refused)), Is.True);
        Assert.That(UpstreamErrors.WasNeverSent(new AggregateException(broken, refused)), Is.False);
        Assert.That(UpstreamErrors.WasNeverSent(new AggregateException()), Is.False);
        Assert.That(UpstreamErrors.WasNeverSent(null), Is.False);
    }

    [TestCase(null, false)]
    [TestCase(false, false)]
    [TestCase(true, true)]
    public void A_refused_connection_leaves_the_outcome_unknown_only_after_an_earlier_attempt(bool? mayHaveLanded, bool expected) =>
        Assert.That(
            UpstreamErrors.IsOutcomeUnknown(new HttpRequestException(HttpRequestError.ConnectionError, "Refused."), mayHaveLanded),
            Is.EqualTo(expected));

    [Test]
    public void A_broken_connection_leaves_the_outcome_of_a_write_unknown_and_of_a_read_known()
    {
        var broken = new IOException("Broken.");
        Assert.That(UpstreamErrors.IsOutcomeUnknown(broken, mayHaveLanded: false), Is.True);
        Assert.That(UpstreamErrors.IsOutcomeUnknown(broken, mayHaveLanded: null), Is.False);
    }

    [Test]
    public void Our_own_exception_is_found_at_any_depth()
    {
        var own = new StorageException(StorageErrorCode.IncompleteBody, "short");
        Assert.That(UpstreamErrors.Own(own), Is.SameAs(own));
        Assert.That(UpstreamErrors.Own(new HttpRequestException("sending", new IOException("copying", own))), Is.SameAs(own));
        Assert.That(UpstreamErrors.Own(new IOException("broken")), Is.Null);
        Assert.That(UpstreamErrors.Own(null), Is.Null);
    }

    [TestCase("one", "one")]
    [TestCase("one\r\ntwo", "one")]
    [TestCase("one\ntwo", "one")]
    [TestCase("\nHeaders:", "The service refused the request.")]
    [TestCase("", "The service refused the request.")]
    public void The_first_line_says_what_happened(string message, string expected) =>
        Assert.That(UpstreamErrors.FirstLine(message), Is.EqualTo(expected));

    [Test]
    public void A_failure_under_another_code_keeps_what_the_service_said()
    {
        var inner = new HttpRequestException("refused");
        var cause = new StorageException(StorageErrorCode.NoSuchKey, "Not found.", inner)
        {
            Status = 404,
            ProviderCode = "BlobNotFound",
            RequestId = "id",
            RetryAfter = TimeSpan.FromSeconds(3),
            IsOutcomeUnknown = true,
        };

        StorageException same = UpstreamErrors.Recode(cause, StorageErrorCode.NoSuchBucket, "Create it.");
        StorageException other = UpstreamErrors.Recode(
            cause, StorageErrorCode.InvalidRange, "Read less.", isOutcomeUnknown: false, objectSize: 7);

        Assert.That(
            (same.Code, same.Status, same.ProviderCode, same.RequestId),
            Is.EqualTo((StorageErrorCode.NoSuchBucket, 404, "BlobNotFound", "id")));
        Assert.That((same.RetryAfter, same.IsOutcomeUnknown, same.ObjectSize), Is.EqualTo((TimeSpan.FromSeconds(3), true, (long?)null)));
        Assert.That(same.InnerException, Is.SameAs(inner));
        Assert.That(same.Message, Does.StartWith("NoSuchBucket: Create it."));
        Assert.That((other.IsOutcomeUnknown, other.ObjectSize), Is.EqualTo((false, 7L)));
        Assert.That(() => UpstreamErrors.Recode(null!, StorageErrorCode.NoSuchKey, "x"), Throws.ArgumentNullException);
    }

    [Test]
    public void A_failure_becomes_one_of_unknown_outcome_and_keeps_all_else()
    {
        var error = new StorageException(StorageErrorCode.AccessDenied, "No.", new IOException("cut")) { Status = 403, RequestId = "id" };

        StorageException doubtful = UpstreamErrors.OfUnknownOutcome(error);

        Assert.That(
            (doubtful.Code, doubtful.Status, doubtful.RequestId, doubtful.IsOutcomeUnknown), Is.EqualTo((error.Code, 403, "id", true)));
        Assert.That((doubtful.InnerException, doubtful.Message), Is.EqualTo((error.InnerException, error.Message + " " + Doubt)));
        Assert.That(UpstreamErrors.OfUnknownOutcome(doubtful), Is.SameAs(doubtful));
        Assert.That(() => UpstreamErrors.OfUnknownOutcome(null!), Throws.ArgumentNullException);
    }

    private const string Doubt = "The write may have taken effect. Read the object before writing again.";
}
