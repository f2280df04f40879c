using System.Runtime.CompilerServices;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>The keys of a bucket that begin with a prefix.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="prefix">The prefix. A <c>/</c> is added where it has none at its end.</param>
internal sealed class BucketPlace(Bucket bucket, string prefix) : SyncPlace
{
    private readonly string _prefix = prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/";

    public Bucket Objects { get; } = bucket;

    internal override bool IsInKeyOrder => Objects.ListsInKeyOrder;

    public override string ToString() => $"{Objects.Name}/{_prefix}";

    public string KeyOf(string name) => _prefix + name;

    /// <summary>Whether one place is a part of the other. A place is no part of itself.</summary>
    public bool Overlaps(BucketPlace other) =>
        Objects.Name == other.Objects.Name
        && Objects.IsOfStoreOf(other.Objects)
        && _prefix != other._prefix
        && (_prefix.StartsWith(other._prefix, StringComparison.Ordinal) || other._prefix.StartsWith(_prefix, StringComparison.Ordinal));

    internal override async IAsyncEnumerable<SyncItem> ListAsync(
        PlaceReading reading, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ListEntry entry in Objects.ListAsync(new ListOptions { Prefix = _prefix }, cancellationToken).ConfigureAwait(false))
        {
            string name = entry.Key[_prefix.Length..];
            if (reading.Filter.Takes(name))
            {
                yield return new SyncItem(name, entry.Size) { Object = entry };
            }
        }
    }
}
