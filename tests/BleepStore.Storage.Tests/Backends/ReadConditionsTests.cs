using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Backends;

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
    public void IfMatch(string value, StorageErrorCode? code) => Assert.That(Test(new() { IfMatch = value }), Is.EqualTo(code));

    [TestCase("etag", StorageErrorCode.NotModified)]
    [TestCase("*", StorageErrorCode.NotModified)]
    [TestCase("other", null)]
    public void IfNoneMatch(string value, StorageErrorCode? code) => Assert.That(Test(new() { IfNoneMatch = value }), Is.EqualTo(code));

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

    [Test]
    public void IfMatch_goes_before_IfUnmodifiedSince() =>
        Assert.That(Test(new() { IfMatch = "etag", IfUnmodifiedSince = Written.AddDays(-1) }), Is.Null);

    [Test]
    public void IfNoneMatch_goes_before_IfModifiedSince() =>
        Assert.That(Test(new() { IfNoneMatch = "other", IfModifiedSince = Written.AddDays(1) }), Is.Null);

    [Test]
    public void A_failed_precondition_goes_before_not_modified() =>
        Assert.That(Test(new() { IfMatch = "other", IfNoneMatch = "etag" }), Is.EqualTo(StorageErrorCode.PreconditionFailed));

    [Test]
    public void IfUnmodifiedSince_goes_before_IfNoneMatch() =>
        Assert.That(Test(new() { IfUnmodifiedSince = Written.AddDays(-1), IfNoneMatch = "etag" }), Is.EqualTo(StorageErrorCode.PreconditionFailed));

    [Test]
    public void Any_condition_at_all_is_something_asked()
    {
        Assert.That(new ReadConditions { IfMatch = "*" }.IsNone, Is.False);
        Assert.That(new ReadConditions { IfNoneMatch = "*" }.IsNone, Is.False);
        Assert.That(new ReadConditions { IfModifiedSince = Written }.IsNone, Is.False);
        Assert.That(new ReadConditions { IfUnmodifiedSince = Written }.IsNone, Is.False);
    }

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
