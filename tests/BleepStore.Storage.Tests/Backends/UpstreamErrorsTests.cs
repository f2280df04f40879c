using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Backends;

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
    public void A_status_without_a_code_has_its_meaning(int status, StorageErrorCode expected) => Assert.That(UpstreamErrors.FromStatus(status), Is.EqualTo(expected));

    [TestCase(500, null, false)]
    [TestCase(500, false, true)]
    [TestCase(408, false, true)]
    [TestCase(412, false, false)]
    [TestCase(412, true, true)]
    public void The_outcome_of_a_write_is_unknown_when_it_was_sent_twice_or_the_server_failed(int status, bool? mayHaveLanded, bool expected) =>
        Assert.That(UpstreamErrors.IsOutcomeUnknown(status, mayHaveLanded), Is.EqualTo(expected));

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
    public void The_first_line_says_what_happened(string message, string expected) => Assert.That(UpstreamErrors.FirstLine(message), Is.EqualTo(expected));
}
