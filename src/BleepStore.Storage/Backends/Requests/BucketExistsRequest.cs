namespace BleepStore.Storage.Backends;

/// <summary>A bucket to look for.</summary>
public sealed record BucketExistsRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }
}
