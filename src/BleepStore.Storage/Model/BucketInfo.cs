using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// The name of a bucket and the time when it was created, as a listing of buckets returns them. Immutable and thread-safe.
/// </summary>
public sealed record BucketInfo
{
    /// <summary>The bucket's name.</summary>
    public required string Name { get; init; }

    /// <summary>The time when the bucket was created (UTC), where the upstream reports it. Otherwise <see langword="null"/>.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(BucketInfo))
        .Add(nameof(Name), Name)
        .Add(nameof(CreatedAt), CreatedAt)
        .ToString();
}
