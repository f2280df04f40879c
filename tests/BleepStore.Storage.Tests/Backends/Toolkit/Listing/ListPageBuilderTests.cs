using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Support;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Listing;

public class ListPageBuilderTests
{
    [Test]
    public void The_pages_together_hold_what_a_plain_query_over_all_keys_holds() =>
        Law.Holds(ListQuery.Any, static query => Pages(query).SelectMany(Names).SequenceEqual(query.Expected()), times: 3000);

    [Test]
    public void Every_page_but_the_last_is_full() => Law.Holds(
        ListQuery.Any,
        static query =>
        {
            List<ListPage> pages = Pages(query).ToList();
            return pages.SkipLast(1).All(page => Names(page).Count() == query.PageSize) && Names(pages[^1]).Count() <= query.PageSize;
        },
        times: 2000);

    [Test]
    public void A_branch_that_cannot_be_on_the_page_holds_no_key_of_it() => Law.Holds(
        from query in ListQuery.Any from branch in Law.Text(1, ListQuery.Pieces) select (query, branch),
        static given =>
        {
            // Leaving out the keys of every branch that cannot hold any must not change a page.
            string? token = null;
            do
            {
                ListRequest request = given.query.Request(token);
                ListPage page = Fill(new ListPageBuilder(request), given.query.Sorted());
                var builder = new ListPageBuilder(request);
                IEnumerable<string> left = builder.CanHold(given.branch)
                    ? given.query.Sorted()
                    : given.query.Sorted().Where(key => !key.StartsWith(given.branch, StringComparison.Ordinal));
                if (!Names(Fill(builder, left)).SequenceEqual(Names(page)))
                {
                    return false;
                }

                token = page.ContinuationToken;
            }
            while (token is not null);
            return true;
        },
        times: 1000);

    [Test]
    public void A_common_prefix_is_listed_once_though_keys_under_it_go_on_over_the_page()
    {
        var query = new ListQuery(["a/1", "a/2", "a/3", "b"], "", "/", null, 1);
        Assert.That(Pages(query).Select(static page => string.Join(',', Names(page))), Is.EqualTo(new[] { "a/", "b" }));
    }

    [Test]
    public void A_full_page_with_nothing_after_it_is_the_last()
    {
        var query = new ListQuery(["a", "b"], "", null, null, 2);
        Assert.That(Pages(query).Single().ContinuationToken, Is.Null);
    }

    [Test]
    public void A_page_filled_by_a_prefix_is_the_last_when_only_keys_under_it_follow()
    {
        var query = new ListQuery(["a/1", "a/2"], "", "/", null, 1);
        Assert.That(Pages(query).Count(), Is.EqualTo(1));
    }

    [Test]
    public void An_object_that_is_gone_before_it_was_added_leaves_its_room()
    {
        var builder = new ListPageBuilder(new ListRequest { Bucket = "b", PageSize = 1 });
        Assert.That(builder.Offer("gone"), Is.EqualTo(ListStep.Entry));
        Assert.That(builder.Offer("there"), Is.EqualTo(ListStep.Entry));
        builder.Add(Entry("there"));
        Assert.That(builder.Build().Objects.Single().Key, Is.EqualTo("there"));
    }

    [Test]
    public void A_token_that_no_page_gave_is_refused([Values("", "k", "x", "xabc", "\0")] string token) =>
        Assert.That(() => new ListPageBuilder(new ListRequest { Bucket = "b", ContinuationToken = token }), Throws.ArgumentException);

    private static IEnumerable<ListPage> Pages(ListQuery query)
    {
        string? token = null;
        do
        {
            ListPage page = Fill(new ListPageBuilder(query.Request(token)), query.Sorted());
            yield return page;
            token = page.ContinuationToken;
        }
        while (token is not null);
    }

    private static ListPage Fill(ListPageBuilder builder, IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            ListStep step = builder.Offer(key);
            if (step == ListStep.Full)
            {
                break;
            }

            if (step == ListStep.Entry)
            {
                builder.Add(Entry(key));
            }
        }

        return builder.Build();
    }

    private static IEnumerable<string> Names(ListPage page) =>
        page.Entries.Select(static entry => entry.Key);

    private static ListEntry Entry(string key) => new() { Key = key };
}
