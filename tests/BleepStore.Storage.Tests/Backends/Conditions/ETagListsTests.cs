using BleepStore.Storage.Backends.Conditions;

namespace BleepStore.Storage.Tests.Backends.Conditions;

public class ETagListsTests
{
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
        Assert.That(ETagLists.IfMatch(given)!.ToString(), Is.EqualTo(read));
        Assert.That(ETagLists.IfNoneMatch(given)!.ToString(), Is.EqualTo(read));
    }

    [TestCase("W/\"a\"", "", "\"a\"")]
    [TestCase("W/\"a\", \"b\"", "\"b\"", "\"a\", \"b\"")]
    public void A_weak_ETag_matches_only_where_HTTP_compares_weakly(string given, string ifMatch, string ifNoneMatch)
    {
        Assert.That(ETagLists.IfMatch(given)!.ToString(), Is.EqualTo(ifMatch));
        Assert.That(ETagLists.IfNoneMatch(given)!.ToString(), Is.EqualTo(ifNoneMatch));
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
        Assert.That(() => ETagLists.IfMatch(given), Throws.ArgumentException);
        Assert.That(() => ETagLists.IfNoneMatch(given), Throws.ArgumentException);
    }

    [Test]
    public void A_list_is_bounded()
    {
        static string List(int length) => string.Join(',', Enumerable.Repeat("\"abcdefg\"", 10_000))[..length];

        Assert.That(ETagLists.IfMatch(List(8189))!.ETags, Has.Count.EqualTo(819));
        Assert.That(() => ETagLists.IfMatch(List(8199)), Throws.ArgumentException);
    }
}
