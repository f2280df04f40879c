namespace BleepStore.Storage.Backends;

/// <summary>A bucket to create.</summary>
public sealed record CreateBucketRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }
}
