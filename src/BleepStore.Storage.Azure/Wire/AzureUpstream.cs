using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>The containers and blobs that buckets and objects are.</summary>
/// <param name="clients">The clients of account and container.</param>
/// <param name="names">How buckets and keys are spelled.</param>
internal sealed class AzureUpstream(AzureClients clients, AzureNames names)
{
    /// <summary>Whether all buckets are in one container.</summary>
    public bool IsShared => names.IsShared;

    /// <summary>The container that holds a bucket's objects.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/> when Azure refuses the name.</exception>
    public BlobContainerClient Container(string bucket)
    {
        if (!IsShared && !AzureNames.IsContainer(bucket))
        {
            throw new StorageException(
                StorageErrorCode.InvalidBucketName,
                $"The bucket name '{bucket}' is not valid for a container. Use only lower-case letters, digits and single hyphens.");
        }

        return clients.Container(bucket);
    }

    /// <summary>The blob of an object.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidKey"/> when the SDK would send the request to another address.
    /// </exception>
    public BlockBlobClient Object(string bucket, string key)
    {
        BlobContainerClient container = Container(bucket);
        string name = names.ObjectName(bucket, key);
        BlockBlobClient blob = container.GetBlockBlobClient(name);

        // The SDK normalises names, which can lead out of the prefix and even out of the container. Escaping prevents this, and this check
        // proves it. The check parses the client's own address, which is expensive. Names that cannot be normalised skip it.
        return AzureNames.IsPlain(name) || (blob.Name == name && blob.BlobContainerName == container.Name)
            ? blob
            : throw new StorageException(StorageErrorCode.InvalidKey, "Azure's client would rewrite the name of this key.");
    }
}
