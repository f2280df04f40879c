using BleepStore.Storage.Checks;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Checks;

public class KeysTests
{
    [TestCase("a")]
    [TestCase("/")]
    [TestCase("..")]
    [TestCase("\0\r\n")]
    [TestCase("ä😀")]
    public void Any_valid_Unicode_is_a_key(string key) => Assert.That(() => Keys.Check(key, 1024), Throws.Nothing);

    [Test]
    public void Length_counts_in_UTF8_bytes()
    {
        Assert.That(() => Keys.Check(new string('a', 1024), 1024), Throws.Nothing);
        Assert.That(() => Keys.Check(new string('é', 512), 1024), Throws.Nothing);
        Assert.That(
            Catch.Code(StorageErrorCode.InvalidKey, () => Keys.Check(new string('é', 512) + "a", 1024)).Message,
            Does.Contain("1025").And.Contain("1024"));
    }

    [Test]
    public void Empty_and_null_are_bad_arguments()
    {
        Assert.That(() => Keys.Check("", 1024), Throws.ArgumentException);
        Assert.That(() => Keys.Check(null!, 1024), Throws.ArgumentNullException);
    }

    [Test]
    public void A_lone_surrogate_is_a_bad_argument_wherever_it_stands()
    {
        foreach (string key in (string[])["\ud800", "a\ud800", "\udc00", "\udc00\ud800", "\ud800a", "😀\ud83d", "\ud83d😀"])
        {
            Assert.That(() => Keys.Check(key, 1024), Throws.ArgumentException);
            Assert.That(Keys.IsText(key), Is.False);
        }
    }

    [Test]
    public void The_argument_is_named() =>
        Assert.That(() => Keys.Check("", 1024, "theKey"), Throws.ArgumentException.With.Property("ParamName").EqualTo("theKey"));
}
