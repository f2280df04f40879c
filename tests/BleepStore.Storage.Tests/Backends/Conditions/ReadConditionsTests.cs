using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Backends.Conditions;

public class ReadConditionsTests
{
    private static readonly DateTimeOffset Written = new(2026, 5, 6, 7, 8, 9, 500, TimeSpan.Zero);

    private static readonly ObjectProperties Object = new() { Key = "k", Size = 1, ETag = "etag", Revision = "1", LastModified = Written };

    [Test]
    public void Nothing_asked_always_holds()
    {
        Assert.That(Test(default), Is.Null);
        Assert.That(default(ReadConditions).IsNone, Is.True);
    }

    [TestCase("etag", null)]
    [TestCase("*", null)]
    [TestCase("other", StorageErrorCode.PreconditionFailed)]
    public void IfMatch(string value, StorageErrorCode? code) => Assert.That(Test(new() { IfMatch = Named(value) }), Is.EqualTo(code));

    [TestCase("etag", StorageErrorCode.NotModified)]
    [TestCase("*", StorageErrorCode.NotModified)]
    [TestCase("other", null)]
    public void IfNoneMatch(string value, StorageErrorCode? code) =>
        Assert.That(Test(new() { IfNoneMatch = Named(value) }), Is.EqualTo(code));

    [TestCase(-1000, null)]
    [TestCase(-500, StorageErrorCode.NotModified)]
    [TestCase(0, StorageErrorCode.NotModified)]
    [TestCase(499, StorageErrorCode.NotModified)]
    [TestCase(1000, StorageErrorCode.NotModified)]
    public void IfModifiedSince_is_tested_to_the_second(int milliseconds, StorageErrorCode? code) =>
        Assert.That(Test(new() { IfModifiedSince = Written.AddMilliseconds(milliseconds) }), Is.EqualTo(code));

    [TestCase(-1000, StorageErrorCode.PreconditionFailed)]
    [TestCase(-500, null)]
    [TestCase(0, null)]
    [TestCase(499, null)]
    [TestCase(1000, null)]
    public void IfUnmodifiedSince_is_tested_to_the_second(int milliseconds, StorageErrorCode? code) =>
        Assert.That(Test(new() { IfUnmodifiedSince = Written.AddMilliseconds(milliseconds) }), Is.EqualTo(code));

    [TestCase(StorageErrorCode.NotModified)]
    [TestCase(StorageErrorCode.PreconditionFailed)]
    public void A_failure_tells_the_ETag_of_the_object(StorageErrorCode code)
    {
        ReadConditions conditions = code == StorageErrorCode.NotModified
            ? new() { IfModifiedSince = Written }
            : new() { IfUnmodifiedSince = Written.AddDays(-1) };

        Assert.That(Catch.Code(code, () => conditions.ThrowIfNotMet(Object)).ObjectETag, Is.EqualTo("etag"));
        var unmatched = new ReadConditions { IfMatch = Named("other") };
        Assert.That(Catch.Code(StorageErrorCode.PreconditionFailed, () => unmatched.ThrowIfNotMet(Object)).ObjectETag, Is.EqualTo("etag"));
    }

    [Test]
    public void IfMatch_goes_before_IfUnmodifiedSince() =>
        Assert.That(Test(new() { IfMatch = Named("etag"), IfUnmodifiedSince = Written.AddDays(-1) }), Is.Null);

    [Test]
    public void IfNoneMatch_goes_before_IfModifiedSince() =>
        Assert.That(Test(new() { IfNoneMatch = Named("other"), IfModifiedSince = Written.AddDays(1) }), Is.Null);

    [Test]
    public void A_failed_precondition_goes_before_not_modified() =>
        Assert.That(Test(new() { IfMatch = Named("other"), IfNoneMatch = Named("etag") }), Is.EqualTo(StorageErrorCode.PreconditionFailed));

    [Test]
    public void IfUnmodifiedSince_goes_before_IfNoneMatch() =>
        Assert.That(
            Test(new() { IfUnmodifiedSince = Written.AddDays(-1), IfNoneMatch = Named("etag") }),
            Is.EqualTo(StorageErrorCode.PreconditionFailed));

    [Test]
    public void Any_condition_at_all_is_something_asked()
    {
        Assert.That(new ReadConditions { IfMatch = Named("*") }.IsNone, Is.False);
        Assert.That(new ReadConditions { IfNoneMatch = ETagCondition.Any }.IsNone, Is.False);
        Assert.That(new ReadConditions { IfModifiedSince = Written }.IsNone, Is.False);
        Assert.That(new ReadConditions { IfUnmodifiedSince = Written }.IsNone, Is.False);
    }

    [Test]
    public void One_of_a_list_is_enough()
    {
        ETagCondition list = ETagCondition.OneOf("other", "etag");
        Assert.That(Test(new() { IfMatch = list }), Is.Null);
        Assert.That(Test(new() { IfNoneMatch = list }), Is.EqualTo(StorageErrorCode.NotModified));
        Assert.That(Test(new() { IfMatch = ETagCondition.OneOf("other", "another") }), Is.EqualTo(StorageErrorCode.PreconditionFailed));
        Assert.That(Test(new() { IfNoneMatch = ETagCondition.OneOf("other", "another") }), Is.Null);
    }

    [Test]
    public void A_list_of_nothing_matches_nothing()
    {
        Assert.That(Test(new() { IfMatch = ETagCondition.OneOf() }), Is.EqualTo(StorageErrorCode.PreconditionFailed));
        Assert.That(Test(new() { IfNoneMatch = ETagCondition.OneOf() }), Is.Null);
    }

    [Test]
    public void Conditions_compare_by_value()
    {
        var one = new ReadConditions { IfMatch = ETagCondition.OneOf("a", "b") };
        var same = new ReadConditions { IfMatch = ETagCondition.OneOf("a", "b") };
        Assert.That(same, Is.EqualTo(one));
        Assert.That(ETagCondition.OneOf("a"), Is.Not.EqualTo(ETagCondition.OneOf("b")));
        Assert.That(ETagCondition.OneOf(), Is.Not.EqualTo(ETagCondition.Any));
        Assert.That($"{ETagCondition.OneOf("a", "b")} {ETagCondition.Any}", Is.EqualTo("\"a\", \"b\" *"));
        Assert.That(
            (ETagCondition.OneOf("a").Only, ETagCondition.OneOf("a", "b").Only, ETagCondition.Any.Only),
            Is.EqualTo(("a", (string?)null, (string?)null)));
    }

    private static ETagCondition Named(string value) => value == "*" ? ETagCondition.Any : ETagCondition.OneOf(value);

    private static StorageErrorCode? Test(ReadConditions conditions)
    {
        try
        {
            conditions.ThrowIfNotMet(Object);
            return null;
        }
        catch (StorageException error)
        {
            return error.Code;
        }
    }
}
