namespace BleepStore.Storage.Aws.Wire;

/// <summary>Where buckets are.</summary>
/// <param name="options">Where the store keeps them.</param>
internal sealed class AwsUpstream(AwsBackendOptions options)
{
    /// <summary>Whether all buckets are in one upstream bucket.</summary>
    public bool IsShared { get; } = options.BucketMapping == AwsBucketMapping.SharedContainer;

    /// <summary>The upstream bucket that all buckets share.</summary>
    public string Shared => options.Bucket!;

    /// <summary>The upstream bucket that holds a bucket's objects.</summary>
    public string Container(string bucket) => IsShared ? Shared : bucket;
}
