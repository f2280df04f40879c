using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;

namespace BleepStore.Storage;

public partial class ObjectStore
{
    /// <summary>Returns the location of an object upstream, for other tools. The object need not exist. It does no I/O.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> when the backend keeps objects in memory or on a disk.
    /// <see cref="StorageErrorCode.InvalidBucketName"/>, <see cref="StorageErrorCode.InvalidKey"/>.
    /// </exception>
    public virtual UpstreamName GetUpstreamName(string bucket, string key) => Located(nameof(GetUpstreamName), bucket, key, context =>
    {
        BucketNames.Check(bucket);
        Keys.Check(key, context.Capabilities.MaxKeyBytes);
        return context.Backend.GetUpstreamName(bucket, key);
    });

    /// <summary>
    /// Verifies a link that <see cref="Bucket.PresignAsync"/> or <see cref="MultipartUpload.PresignPartAsync"/> signed under
    /// <see cref="ObjectStoreOptions.Links"/>. It is for code that serves such links, such as <c>MapObjectLinks</c> of the package
    /// <c>BleepStore.Storage.AspNetCore</c>. The caller compares the headers of the request with <see cref="SignedLink.Options"/>. It does
    /// no I/O.
    /// </summary>
    /// <param name="method">The HTTP method of the request, in capitals.</param>
    /// <param name="bucket">The bucket that the path names, decoded.</param>
    /// <param name="key">The key that the path names, decoded.</param>
    /// <param name="query">The names and values of the query, decoded.</param>
    /// <returns>The request that the link allows.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.AccessDenied"/> when the signature is wrong, or the link has expired.
    /// <see cref="StorageErrorCode.NotSupported"/> when the store has no <see cref="ObjectStoreOptions.Links"/>.
    /// </exception>
    public virtual SignedLink VerifyLink(string method, string bucket, string key, IEnumerable<KeyValuePair<string, string>> query)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(query);
        return Located(nameof(VerifyLink), bucket, key, context => context.Links is { } links
            ? links.Verify(method, new ObjectAddress(bucket, key), query)
            : throw new StorageException(
                StorageErrorCode.NotSupported,
                $"The store does not sign links. Set {nameof(ObjectStoreOptions)}.{nameof(ObjectStoreOptions.Links)}."));
    }

    private T Located<T>(string operation, string bucket, string key, Func<StoreContext, T> action)
    {
        StoreContext context = Context;
        try
        {
            return action(context);
        }
        catch (StorageException error)
        {
            error.At(_name, context.Backend.Provider, operation, bucket, key);
            throw;
        }
    }
}
