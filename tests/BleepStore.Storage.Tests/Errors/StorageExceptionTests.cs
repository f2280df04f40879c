using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Errors;

public class StorageExceptionTests
{
    private static readonly char[] LineBreakers = ['\r', '\n', '\t', '\0', '\u0085', '\u2028', '\u2029', '\u001b', '\u007f'];

    [Test]
    public void The_message_says_what_where_and_what_the_upstream_answered()
    {
        StorageException error =
            new StorageException(StorageErrorCode.SlowDown, "Too fast.")
            {
                Status = 503,
                ProviderCode = "SlowDown",
                RequestId = "id-1",
                RetryAfter = TimeSpan.FromSeconds(1.5),
            }
            .At("media", "aws", "Put", "bucket", "a/b");
        Assert.That(
            error.Message,
            Is.EqualTo("SlowDown: Too fast. [Put store=media provider=aws bucket=bucket key=a/b] [upstream status=503 code=SlowDown " +
                "request=id-1] A retry can help after 1.5 s."));
    }

    [Test]
    public void A_key_that_no_store_accepts_does_not_fill_the_message()
    {
        string message = new StorageException(StorageErrorCode.InvalidKey, "Too long.")
            .At(store: null, "memory", "Put", "bucket", new string('k', 1_000_000)).Message;

        Assert.That(message, Has.Length.LessThan(1200));
        Assert.That(message, Does.Contain(" key=kkk").And.EndsWith("kkk… (1000000 characters)]"));
    }

    [Test]
    public void What_is_not_known_is_left_out() =>
        Assert.That(new StorageException(StorageErrorCode.NoSuchKey, "There is none.").Message, Is.EqualTo("NoSuchKey: There is none."));

    [Test]
    public void An_unknown_outcome_is_said() =>
        Assert.That(
            new StorageException(StorageErrorCode.ServiceUnavailable, "Gone.") { IsOutcomeUnknown = true }.Message,
            Does.Contain("may have taken effect").And.Contain("A retry"));

    [Test]
    public void Nothing_from_outside_can_break_the_line()
    {
        string hostile = $"a{new string(LineBreakers)}b";
        StorageException error =
            new StorageException(StorageErrorCode.InvalidBucketName, $"The name '{hostile}' is bad.")
            {
                ProviderCode = hostile,
                RequestId = hostile,
            }
            .At("store", "aws", "Put", hostile, hostile);
        Assert.That(error.Message.Any(static c => LineBreakers.Contains(c)), Is.False, error.Message);
        Assert.That(error.Message, Does.Contain("key=a\\u000d\\u000a").And.Contain("The name 'a\\u000d\\u000a"));
        Assert.That(error.Key, Is.EqualTo(hostile), "the property has the key as it is");
    }

    [Test]
    public void A_bucket_name_that_is_refused_cannot_break_the_line()
    {
        using ObjectStore store = InMemoryStore.Create();
        StorageException error = Catch.Code(StorageErrorCode.InvalidBucketName, () => store.GetBucket("x\nforged: line"));
        Assert.That(error.Message, Does.Not.Contain("\n"));
        Assert.That(error.Provider, Is.EqualTo("memory"));
    }

    [Test]
    public void Only_slow_down_timeout_and_unavailable_are_transient()
    {
        IEnumerable<StorageErrorCode> transient = Enum.GetValues<StorageErrorCode>()
            .Where(static code => new StorageException(code, "r").IsTransient);
        Assert.That(
            transient,
            Is.EquivalentTo(new[] { StorageErrorCode.SlowDown, StorageErrorCode.RequestTimeout, StorageErrorCode.ServiceUnavailable }));
    }

    [Test]
    public void The_first_to_say_where_it_happened_wins()
    {
        StorageException error = new StorageException(StorageErrorCode.NoSuchKey, "r")
            .At("s", "aws", "Read", "b", "k")
            .At("other", "x", "Move", "y", "z");
        Assert.That((error.Store, error.Provider, error.Operation, error.Bucket, error.Key), Is.EqualTo(("s", "aws", "Read", "b", "k")));
    }

    [Test]
    public void The_unnamed_store_has_no_name() =>
        Assert.That(new StorageException(StorageErrorCode.NoSuchKey, "r").At("", "aws", "Get", "b", "k").Store, Is.Null);

    [Test]
    public void The_cause_is_kept()
    {
        var cause = new InvalidOperationException();
        Assert.That(new StorageException(StorageErrorCode.InternalError, "r", cause).InnerException, Is.SameAs(cause));
    }

    [Test]
    public void A_reason_is_needed() =>
        Assert.That(() => new StorageException(StorageErrorCode.InternalError, ""), Throws.ArgumentException);

    [Test]
    public void The_codes_never_change_their_numbers() =>
        Assert.That(
            Enum.GetValues<StorageErrorCode>().Select(static code => (int)code),
            Is.EqualTo(Enumerable.Range(0, Enum.GetValues<StorageErrorCode>().Length)));
}
