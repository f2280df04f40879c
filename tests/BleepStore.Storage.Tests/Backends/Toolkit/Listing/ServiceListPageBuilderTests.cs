using System.Globalization;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Support;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Listing;

public class ServiceListPageBuilderTests
{
    /// <summary>A service lists escaped names in its own order, in which the keys under one prefix stay together.</summary>
    private static readonly Comparison<string> ServiceOrder = static (x, y) => string.CompareOrdinal(Escaped(x), Escaped(y));

    [Test]
    public void The_pages_together_hold_what_a_plain_query_over_all_keys_holds() => Law.Holds(
        from query in ListQuery.Any from rollsUp in Gen.Elements(true, false) select (query, rollsUp),
        static given => Pages(given.query, given.rollsUp).SelectMany(Names).Order(KeyOrder.Instance).SequenceEqual(given.query.Expected()),
        times: 3000);

    [Test]
    public void Every_page_is_in_the_order_of_the_keys() => Law.Holds(
        ListQuery.Any,
        static query => Pages(query, rollsUp: false).All(static page =>
            Names(page).SequenceEqual(Names(page).Order(KeyOrder.Instance))),
        times: 1000);

    [Test]
    public void A_common_prefix_is_listed_once_though_the_service_gives_it_on_two_pages()
    {
        var first = new ServiceListPageBuilder(Request("/", null));
        Assert.That(first.OfferPrefix("a/"), Is.EqualTo(ListStep.CommonPrefix));
        first.Marker = "next";

        var second = new ServiceListPageBuilder(Request("/", first.Build().ContinuationToken));
        Assert.That(second.Marker, Is.EqualTo("next"));
        Assert.That(second.OfferPrefix("a/"), Is.EqualTo(ListStep.Skip));
        Assert.That(second.Offer("a/1"), Is.EqualTo(ListStep.Skip));
        Assert.That(second.IsEmpty, Is.True);
        Assert.That(second.OfferPrefix("b/"), Is.EqualTo(ListStep.CommonPrefix));
        Assert.That(second.IsEmpty, Is.False);
    }

    [Test]
    public void Where_the_service_goes_on_no_further_there_is_no_token()
    {
        var page = new ServiceListPageBuilder(Request(null, "marker\n"));
        Assert.That(page.Marker, Is.EqualTo("marker"));
        page.Marker = null;
        Assert.That(page.Build().ContinuationToken, Is.Null);
    }

    [Test]
    public void What_the_service_lists_beside_the_query_is_left_out()
    {
        var page = new ServiceListPageBuilder(Request("/", null) with { Prefix = "a/" });
        Assert.That(page.Offer("b"), Is.EqualTo(ListStep.Skip));
        Assert.That(page.OfferPrefix("b/"), Is.EqualTo(ListStep.Skip));
        Assert.That(page.IsEmpty, Is.True);
    }

    [Test]
    public void A_token_that_no_page_gave_is_refused([Values("", "\n", "\na/", "marker")] string token) =>
        Assert.That(() => new ServiceListPageBuilder(Request(null, token)), Throws.ArgumentException);

    private static ListRequest Request(string? delimiter, string? token) =>
        new() { Bucket = "b", Delimiter = delimiter, ContinuationToken = token };

    /// <summary>A service of <paramref name="query"/>'s page size, whose marker is the number of names that were given.</summary>
    private static IEnumerable<ListPage> Pages(ListQuery query, bool rollsUp)
    {
        string[] keys = [.. query.Keys.Distinct()];
        Array.Sort(keys, ServiceOrder);
        string? token = null;
        do
        {
            ListRequest request = query.Request(token);
            var page = new ServiceListPageBuilder(request);
            int at = page.Marker is { } marker ? int.Parse(marker, CultureInfo.InvariantCulture) : 0;
            foreach (string key in keys.Skip(at).Take(query.PageSize))
            {
                if (rollsUp && key.StartsWith(query.Prefix, StringComparison.Ordinal) && request.CommonPrefixOf(key) is { } common)
                {
                    page.OfferPrefix(common);
                }
                else if (page.Offer(key) == ListStep.Entry)
                {
                    page.Add(new ListEntry { Key = key });
                }
            }

            page.Marker = at + query.PageSize < keys.Length ? $"{at + query.PageSize}" : null;
            ListPage built = page.Build();
            yield return built;
            token = built.ContinuationToken;
        }
        while (token is not null);
    }

    private static string Escaped(string key) =>
        key.Replace(".", "=2E", StringComparison.Ordinal).Replace("-", "~", StringComparison.Ordinal);

    private static IEnumerable<string> Names(ListPage page) => page.Entries.Select(static entry => entry.Key);
}
