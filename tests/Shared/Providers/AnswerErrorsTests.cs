namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>Tests the errors of a provider that speaks HTTP, with the answers of the service and their results.</summary>
/// <typeparam name="TTable">The table, which is the fixture itself.</typeparam>
public abstract class AnswerErrorsTests<TTable> : ErrorTableTests<TTable>
    where TTable : IErrorTable
{
    /// <summary>The id of the request of every answer that a fixture makes up.</summary>
    protected const string RequestId = "request-1";

    /// <summary>The message of every answer that a fixture makes up. Only the first line may come out.</summary>
    protected const string Told = "Told by the service.\nDetails: and so on";

    /// <summary>
    /// The exceptions that only this SDK throws when there is no answer. The transport's own exceptions are tested for all.
    /// </summary>
    protected abstract IEnumerable<(Exception Thrown, StorageErrorCode Expected)> Unanswered { get; }

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
    public void Is_mapped_by_status_when_there_is_no_code_or_a_new_one(int status, StorageErrorCode expected) =>
        AssertMapsByStatus(status, expected);

    [TestCase(412, false, false)]
    [TestCase(412, true, true)]
    [TestCase(404, true, true)]
    [TestCase(403, false, false)]
    [TestCase(500, false, true)]
    [TestCase(501, true, false)]
    [TestCase(503, false, true)]
    [TestCase(408, false, true)]
    public void A_write_that_may_have_landed_says_so(int status, bool sentTwice, bool unknown) =>
        AssertOutcome(From(status, name: null, mayHaveLanded: sentTwice), unknown);

    [Test]
    public void What_never_got_an_answer_is_transient_and_of_a_write_the_outcome_is_unknown()
    {
        AssertUnanswered(new HttpRequestException("refused"), StorageErrorCode.ServiceUnavailable);
        AssertUnanswered(new IOException("broken"), StorageErrorCode.ServiceUnavailable);
        AssertUnanswered(new TaskCanceledException(), StorageErrorCode.RequestTimeout);
        foreach ((Exception thrown, StorageErrorCode expected) in Unanswered)
        {
            AssertUnanswered(thrown, expected);
        }
    }

    [Test]
    public void What_our_own_body_threw_comes_out_of_the_transports_wrapping()
    {
        var own = new StorageException(StorageErrorCode.IncompleteBody, "The source ended.");

        Assert.That(Map(Wrap(new HttpRequestException("copying", own)), mayHaveLanded: true), Is.SameAs(own));
        Assert.That(Map(own, mayHaveLanded: true), Is.Null);
    }

    [Test]
    public void Cancellation_by_the_caller_and_disposal_pass()
    {
        Assert.That(Map(new OperationCanceledException(), mayHaveLanded: true, new CancellationToken(canceled: true)), Is.Null);
        Assert.That(Map(new ObjectDisposedException("x"), mayHaveLanded: true), Is.Null);
    }

    /// <summary>Maps what a call into the SDK threw.</summary>
    protected abstract StorageException? Map(Exception thrown, bool? mayHaveLanded, CancellationToken cancellationToken = default);

    /// <summary>Returns what the SDK throws when the transport threw.</summary>
    protected abstract Exception Wrap(HttpRequestException thrown);

    protected void AssertMapsByStatus(int status, StorageErrorCode expected)
    {
        AssertMaps(status, name: null, expected);
        AssertMaps(status, "SomethingNew", expected);
    }

    protected override void AssertKeeps(StorageException error, int number, string? name)
    {
        Assert.That((error.Status, error.RequestId), Is.EqualTo(((int?)number, RequestId)));
        Assert.That(error.Message, Does.Contain($"status={number}").And.Contain($"request={RequestId}").And.Not.Contain("and so on"));
    }

    private void AssertUnanswered(Exception thrown, StorageErrorCode expected)
    {
        StorageException read = Map(thrown, mayHaveLanded: null)!;
        StorageException write = Map(thrown, mayHaveLanded: false)!;
        Assert.That((read.Code, read.IsTransient, read.IsOutcomeUnknown), Is.EqualTo((expected, true, false)), thrown.ToString());
        Assert.That((write.Code, write.IsTransient, write.IsOutcomeUnknown), Is.EqualTo((expected, true, true)), thrown.ToString());
        Assert.That(read.InnerException, Is.SameAs(thrown));
    }
}
