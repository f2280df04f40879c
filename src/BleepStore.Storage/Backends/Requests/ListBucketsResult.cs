using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>One page of the buckets.</summary>
public sealed record ListBucketsResult
{
    private readonly ValueList<BucketInfo> _buckets;

    /// <summary>The buckets, in the order of their names.</summary>
    public required IReadOnlyList<BucketInfo> Buckets
    {
        get => _buckets.Items;
        init => _buckets = new(value);
    }

    /// <summary>Whether there are more after the last of these.</summary>
    public bool IsTruncated { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListBucketsResult))
        .Add(nameof(Buckets), _buckets)
        .Add(nameof(IsTruncated), IsTruncated)
        .ToString();
}
