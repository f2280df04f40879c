namespace BleepStore.Storage;

/// <summary>A bucket. Immutable and thread-safe.</summary>
public sealed record BucketInfo
{
    /// <summary>The bucket's name.</summary>
    public required string Name { get; init; }

    /// <summary>The time when the bucket was created (UTC), where the upstream reports it. Otherwise <see langword="null"/>.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
