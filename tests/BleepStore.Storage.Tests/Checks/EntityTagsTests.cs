using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Tests.Checks;

public class EntityTagsTests
{
    [TestCase("abc", "abc")]
    [TestCase("\"abc\"", "abc")]
    [TestCase("*", "*")]
    [TestCase("900150983cd24fb0d6963f7d28e17f72-12", "900150983cd24fb0d6963f7d28e17f72-12")]
    [TestCase("0x8DC0FFEE", "0x8DC0FFEE")]
    [TestCase(null, null)]
    public void Quotes_are_taken_off(string? given, string? bare) => Assert.That(EntityTags.Normalize(given), Is.EqualTo(bare));

    [TestCase("W/\"abc\"")]
    [TestCase("W/abc")]
    [TestCase("")]
    [TestCase("\"\"")]
    [TestCase("\"")]
    [TestCase("a b")]
    [TestCase("a\"b")]
    [TestCase("\"abc")]
    [TestCase("é")]
    [TestCase("a\r\nb")]
    public void What_is_no_strong_ETag_is_a_bad_argument(string given) =>
        Assert.That(() => EntityTags.Normalize(given), Throws.ArgumentException);

    [Test]
    public void Quotes_are_put_around_an_ETag_by_one_helper()
    {
        Assert.That(EntityTag.Quote("abc-2"), Is.EqualTo("\"abc-2\""));
        Assert.That(() => EntityTag.Quote("\"abc\""), Throws.ArgumentException);
        Assert.That(() => EntityTag.Quote(null!), Throws.ArgumentNullException);
    }
}
