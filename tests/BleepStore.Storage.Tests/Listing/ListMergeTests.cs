using BleepStore.Storage.Listing;

namespace BleepStore.Storage.Tests.Listing;

public class ListMergeTests
{
    [Test]
    public void Objects_and_common_prefixes_come_in_one_order() =>
        Assert.That(Merge(["a", "a.b", "b", "\U00010000"], ["a/", "\uffff/"]), Is.EqualTo(new[] { "a", "a.b", "a/", "b", "\uffff/", "\U00010000" }));

    [Test]
    public void Only_objects() => Assert.That(Merge(["a", "b"], []), Is.EqualTo(new[] { "a", "b" }));

    [Test]
    public void Only_common_prefixes() => Assert.That(Merge([], ["a/", "b/"]), Is.EqualTo(new[] { "a/", "b/" }));

    [Test]
    public void An_object_named_like_a_common_prefix_comes_with_it_and_both_are_told_apart()
    {
        List<ListEntry> entries = ListMerge.InOrder(Page(["a/"], ["a/"])).ToList();
        Assert.That(entries.Select(static entry => entry.IsCommonPrefix), Is.EquivalentTo(new[] { true, false }));
    }

    private static IEnumerable<string> Merge(string[] objects, string[] prefixes) => ListMerge.InOrder(Page(objects, prefixes)).Select(static entry => entry.Key);

    private static ListPage Page(string[] objects, string[] prefixes) => new()
    {
        Objects = objects.Select(static key => new ListEntry { Key = key }).ToList(),
        CommonPrefixes = prefixes,
    };
}
