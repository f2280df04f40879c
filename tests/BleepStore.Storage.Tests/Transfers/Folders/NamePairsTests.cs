using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Transfers.Folders;
using FsCheck;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Transfers.Folders;

public class NamePairsTests
{
    private static readonly string[] Alphabet = ["a", "b", "-", "/", "\uE000", "🎈"];

    [Test]
    public void Every_name_comes_once_whatever_the_order() => Prop.ForAll(
        NamesArbitrary(),
        NamesArbitrary(),
        ArbMap.Default.ArbFor<bool>(),
        static (sources, targets, isShuffled) =>
        {
            string[] source = Ordered(sources, isShuffled ? 1 : 0);
            string[] target = Ordered(targets, isShuffled ? 2 : 0);

            NamePair[] pairs = NamePairs.JoinAsync(Items(source), Items(target), areInOrder: !isShuffled, CancellationToken.None)
                .ToArrayAsync().AsTask().GetAwaiter().GetResult();

            Assert.That(pairs.Select(static pair => pair.Name), Is.EquivalentTo(source.Union(target)));
            foreach (NamePair pair in pairs)
            {
                Assert.That(
                    (pair.Source is not null, pair.Target is not null),
                    Is.EqualTo((source.Contains(pair.Name), target.Contains(pair.Name))),
                    pair.Name);
                Assert.That((pair.Source?.Name ?? pair.Name, pair.Target?.Name ?? pair.Name), Is.EqualTo((pair.Name, pair.Name)));
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public async Task Names_in_order_are_not_held_back()
    {
        int read = 0;
        IAsyncEnumerable<SyncItem> many = Enumerable.Range(0, 1000).Select(number =>
        {
            read++;
            return new SyncItem($"{number:D4}", 0);
        }).ToAsyncEnumerable();

        NamePair first = await NamePairs.JoinAsync(many, Items(["9999"]), areInOrder: true, CancellationToken.None).FirstAsync();

        Assert.That((first.Name, first.Target, read), Is.EqualTo(("0000", (SyncItem?)null, 1)));
    }

    private static Arbitrary<string[]> NamesArbitrary() =>
        Gen.ArrayOf(Gen.ArrayOf(Gen.Elements(Alphabet)).Select(static pieces => string.Concat(pieces)))
            .Select(static names => names.Distinct().ToArray())
            .ToArbitrary();

    private static string[] Ordered(string[] names, int seed)
    {
        string[] ordered = [.. names.Order(KeyOrder.Instance)];
        if (seed > 0)
        {
            new System.Random(seed).Shuffle(ordered);
        }

        return ordered;
    }

    private static IAsyncEnumerable<SyncItem> Items(IEnumerable<string> names) =>
        names.Select(static name => new SyncItem(name, 0)).ToAsyncEnumerable();
}
