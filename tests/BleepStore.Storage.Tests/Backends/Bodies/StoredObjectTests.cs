using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Backends.Bodies;

public sealed class StoredObjectTests
{
    private static readonly ObjectProperties Properties = new()
    {
        Key = "k",
        Size = 1,
        ETag = "e",
        Revision = "r",
        LastModified = DateTimeOffset.UnixEpoch,
    };

    [Test]
    public void The_write_whose_token_the_object_carries_made_it() =>
        Assert.That(new StoredObject { Properties = Properties, WriteToken = "token" }.MadeBy("token"), Is.SameAs(Properties));

    [TestCase("Token")]
    [TestCase("token2")]
    [TestCase("")]
    [TestCase(null)]
    public void An_object_of_another_token_or_none_was_made_by_another_write(string? carried) =>
        Assert.That(new StoredObject { Properties = Properties, WriteToken = carried }.MadeBy("token"), Is.Null);
}
