namespace BleepStore.Storage;

/// <summary>What a bucket is in an upstream that has containers of its own (Azure containers, S3 and Google buckets).</summary>
public enum BucketMapping
{
    /// <summary>
    /// All buckets share one upstream container; an object is <c>{prefix}{bucket}/{key}</c> and a bucket a small marker object. Creating a bucket needs
    /// no rights over containers, and there can be any number. A bucket that was not created reads as empty and accepts writes.
    /// </summary>
    SharedContainer = 0,

    /// <summary>Each bucket is an upstream container of the same name; an object is <c>{prefix}{key}</c> in it. The upstream itself refuses a bucket that was not created.</summary>
    ContainerPerBucket,
}
