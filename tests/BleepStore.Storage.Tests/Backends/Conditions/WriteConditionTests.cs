using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Backends.Conditions;

public class WriteConditionTests
{
    private static readonly ObjectProperties Object = new() { Key = "k", Size = 1, ETag = "etag", Revision = "7", LastModified = default };

    [TestCase(null, null, false, true, true)]
    [TestCase("etag", null, false, true, false)]
    [TestCase("other", null, false, false, false)]
    [TestCase("*", null, false, true, false)]
    [TestCase(null, "7", false, true, false)]
    [TestCase(null, "8", false, false, false)]
    [TestCase(null, null, true, false, true)]
    [TestCase("etag", "7", false, true, false)]
    [TestCase("etag", "8", false, false, false)]
    [TestCase("other", "7", false, false, false)]
    [TestCase("etag", null, true, false, false)]
    public void Every_condition_given_must_hold(
        string? ifMatch, string? ifRevision, bool ifAbsent, bool holdsOverTheObject, bool holdsOverNothing)
    {
        var condition = new WriteCondition { IfMatch = ifMatch, IfRevision = ifRevision, IfAbsent = ifAbsent };
        Assert.That(Holds(condition, Object), Is.EqualTo(holdsOverTheObject));
        Assert.That(Holds(condition, null), Is.EqualTo(holdsOverNothing));
        Assert.That(condition.IsNone, Is.EqualTo(ifMatch is null && ifRevision is null && !ifAbsent));
    }

    private static bool Holds(WriteCondition condition, ObjectProperties? current)
    {
        try
        {
            condition.ThrowIfNotMet(current);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            return false;
        }
    }
}
