using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Pairs the names of two places. Both are in the order of their names. Some services break the order in places. So a name without a
/// partner is held back until the end, because its partner can still follow.
/// </summary>
internal static class NamePairs
{
    public static async IAsyncEnumerable<NamePair> JoinAsync(
        IAsyncEnumerable<SyncItem> sources,
        IAsyncEnumerable<SyncItem> targets,
        bool areInOrder,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var source = new Side(sources, cancellationToken);
        await using ConfiguredAsyncDisposable sourceEnd = source.ConfigureAwait(false);
        var target = new Side(targets, cancellationToken);
        await using ConfiguredAsyncDisposable targetEnd = target.ConfigureAwait(false);
        await source.MoveNextAsync().ConfigureAwait(false);
        await target.MoveNextAsync().ConfigureAwait(false);
        while (source.Current is not null || target.Current is not null)
        {
            int order = source.Current is null ? 1
                : target.Current is null ? -1
                : KeyOrder.Compare(source.Current.Name, target.Current.Name);
            if (order == 0)
            {
                yield return new NamePair(source.Current, target.Current);
                await source.MoveNextAsync().ConfigureAwait(false);
                await target.MoveNextAsync().ConfigureAwait(false);
                continue;
            }

            (Side first, Side other) = order < 0 ? (source, target) : (target, source);
            SyncItem item = first.Current!;
            if (other.Held.Remove(item.Name, out SyncItem? like))
            {
                yield return order < 0 ? new NamePair(item, like) : new NamePair(like, item);
            }
            else if (areInOrder || other.Current is null)
            {
                yield return order < 0 ? new NamePair(item, null) : new NamePair(null, item);
            }
            else
            {
                first.Held[item.Name] = item;
            }

            await first.MoveNextAsync().ConfigureAwait(false);
        }

        foreach (SyncItem alone in source.Held.Values)
        {
            yield return new NamePair(alone, null);
        }

        foreach (SyncItem alone in target.Held.Values)
        {
            yield return new NamePair(null, alone);
        }
    }

    private sealed class Side(IAsyncEnumerable<SyncItem> items, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SyncItem> _items = items.GetAsyncEnumerator(cancellationToken);

        /// <summary>Names whose like was not seen.</summary>
        public Dictionary<string, SyncItem> Held { get; } = new(StringComparer.Ordinal);

        /// <summary><see langword="null"/> at the end.</summary>
        public SyncItem? Current { get; private set; }

        public async ValueTask MoveNextAsync() => Current = await _items.MoveNextAsync().ConfigureAwait(false) ? _items.Current : null;

        public ValueTask DisposeAsync() => _items.DisposeAsync();
    }
}
