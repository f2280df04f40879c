using BleepStore.Storage.Engine.Listing;

namespace BleepStore.Storage.Tests.Engine.Listing;

public class ListTokenTests
{
    private static readonly ListToken Query = new("bucket", "pre", "/", "start");

    [TestCase("kabc")]
    [TestCase("x")]
    [TestCase("k/é😀\0 ")]
    public void A_token_comes_back_to_the_query_that_it_was_given_for(string backendToken) =>
        Assert.That(Query.Unwrap(Query.Wrap(backendToken)), Is.EqualTo(backendToken));

    [Test]
    public void No_token_stays_none()
    {
        Assert.That(Query.Wrap(null), Is.Null);
        Assert.That(Query.Unwrap(null), Is.Null);
    }

    [Test]
    public void The_token_of_another_query_is_refused()
    {
        string token = Query.Wrap("k")!;
        ListToken[] others =
        [
            Query with { Bucket = "other" },
            Query with { Prefix = "pr" },
            Query with { Prefix = "" },
            Query with { Delimiter = null },
            Query with { Delimiter = "//" },
            Query with { StartAfter = null },
            Query with { StartAfter = "startx" },
            new("bucketp", "re", "/", "start"),
            new("bucket", "pre/", "", "start"),
        ];
        foreach (ListToken other in others)
        {
            Assert.That(() => other.Unwrap(token), Throws.ArgumentException, other.ToString());
        }
    }

    [Test]
    public void An_absent_text_and_an_empty_one_are_different_queries() =>
        Assert.That(() => new ListToken("b", "", null, null).Unwrap(new ListToken("b", "", null, "").Wrap("k")), Throws.ArgumentException);

    [TestCase("")]
    [TestCase("?")]
    [TestCase("AA")]
    [TestCase("not a token at all")]
    [TestCase("AQAAAAAAAAAAAAAAAA")]
    public void A_text_that_is_no_token_is_refused(string token) => Assert.That(() => Query.Unwrap(token), Throws.ArgumentException);

    [Test]
    public void A_token_can_go_into_a_URL_as_it_is() =>
        Assert.That(Query.Wrap("k/?&%é\n"), Does.Match("^[A-Za-z0-9_-]+$"));
}
