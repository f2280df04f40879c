namespace BleepStore.Storage.Backends;

/// <summary>A bucket to delete.</summary>
public sealed record DeleteBucketRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }
}
