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
    public void What_is_no_strong_ETag_is_a_bad_argument(string given) => Assert.That(() => EntityTags.Normalize(given), Throws.ArgumentException);

    [TestCase("*", "*")]
    [TestCase("abc", "\"abc\"")]
    [TestCase("a,b", "\"a,b\"", Description = "Without quotes it is one ETag.")]
    [TestCase("\"abc\"", "\"abc\"")]
    [TestCase("\"a\", \"b\"", "\"a\", \"b\"")]
    [TestCase("\"a\",\"b\"", "\"a\", \"b\"")]
    [TestCase(" \"a\" \t,, \"b,c\" ,", "\"a\", \"b,c\"")]
    [TestCase("\"\"", "")]
    [TestCase("\"*\"", "\"*\"")]
    public void A_read_takes_what_HTTP_allows(string given, string read)
    {
        Assert.That(EntityTags.IfMatch(given)!.ToString(), Is.EqualTo(read));
        Assert.That(EntityTags.IfNoneMatch(given)!.ToString(), Is.EqualTo(read));
    }

    [TestCase("W/\"a\"", "", "\"a\"")]
    [TestCase("W/\"a\", \"b\"", "\"b\"", "\"a\", \"b\"")]
    public void A_weak_ETag_matches_only_where_HTTP_compares_weakly(string given, string ifMatch, string ifNoneMatch)
    {
        Assert.That(EntityTags.IfMatch(given)!.ToString(), Is.EqualTo(ifMatch));
        Assert.That(EntityTags.IfNoneMatch(given)!.ToString(), Is.EqualTo(ifNoneMatch));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("\"")]
    [TestCase("a b")]
    [TestCase("W/a")]
    [TestCase("w/\"a\"")]
    [TestCase("W/ \"a\"")]
    [TestCase("\"a\" \"b\"")]
    [TestCase("\"a\"b")]
    [TestCase("\"a\", b")]
    [TestCase("\"a\", *")]
    [TestCase("*, \"a\"")]
    [TestCase("\"a b\"")]
    [TestCase("\"a\"\r\n")]
    [TestCase("\"a\",\r\n\"b\"")]
    [TestCase("\"é\"")]
    public void A_read_refuses_the_rest(string given)
    {
        Assert.That(() => EntityTags.IfMatch(given), Throws.ArgumentException);
        Assert.That(() => EntityTags.IfNoneMatch(given), Throws.ArgumentException);
    }

    [Test]
    public void A_list_is_bounded()
    {
        static string List(int length) => string.Join(',', Enumerable.Repeat("\"abcdefg\"", 10_000))[..length];

        Assert.That(EntityTags.IfMatch(List(8189))!.ETags, Has.Count.EqualTo(819));
        Assert.That(() => EntityTags.IfMatch(List(8199)), Throws.ArgumentException);
    }

    [Test]
    public void Quotes_are_put_around_an_ETag_by_one_helper()
    {
        Assert.That(EntityTag.Quote("abc-2"), Is.EqualTo("\"abc-2\""));
        Assert.That(() => EntityTag.Quote("\"abc\""), Throws.ArgumentException);
        Assert.That(() => EntityTag.Quote(null!), Throws.ArgumentNullException);
    }
}
