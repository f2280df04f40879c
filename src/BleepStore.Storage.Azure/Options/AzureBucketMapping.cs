namespace BleepStore.Storage.Azure;

/// <summary>How a bucket maps to the upstream.</summary>
public enum AzureBucketMapping
{
    /// <summary>
    /// All buckets share one upstream container. An object is <c>{prefix}{bucket}/{key}</c> and a bucket is a small marker object. Creating
    /// a bucket needs no rights over upstream containers, and there can be any number. A bucket that was not created reads as empty and
    /// accepts writes.
    /// </summary>
    SharedContainer = 0,

    /// <summary>
    /// Each bucket is an upstream container of the same name. An object is <c>{prefix}{key}</c> in it. The upstream itself refuses a bucket
    /// that was not created.
    /// </summary>
    ContainerPerBucket,
}
