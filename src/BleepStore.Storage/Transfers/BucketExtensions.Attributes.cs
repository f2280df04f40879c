namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>
    /// Changes the given attributes and keeps the others. The object is copied onto itself on the server, so no byte passes through the
    /// client. An object that was written meanwhile is not changed. An upstream without conditions on the destination of a copy can lose a
    /// write during the copy.
    /// </summary>
    /// <example>
    /// <code>
    /// await bucket.UpdateAttributesAsync("report.pdf", old =&gt; old with { CacheControl = "max-age=3600" });
    /// </code>
    /// </example>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="change">Receives the current attributes, and returns the wanted ones.</param>
    /// <param name="cancellationToken">Stops the change.</param>
    /// <returns>
    /// The properties of the object. It has a new revision. Its ETag may differ, as that of any copy. When no attribute changes, nothing is
    /// written and the current properties are returned.
    /// </returns>
    /// <exception cref="ArgumentException">An attribute breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.MetadataTooLarge"/>.
    /// <see cref="StorageErrorCode.PreconditionFailed"/> when another writer replaced the object after its attributes were read. A repeated
    /// call reads the new attributes.
    /// </exception>
    public static async Task<ObjectProperties> UpdateAttributesAsync(
        this Bucket bucket, string key, Func<ObjectAttributes, ObjectAttributes> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(change);
        var current = new HeadOptions { IsForWrite = true };
        ObjectProperties found = await bucket.HeadAsync(key, current, cancellationToken).ConfigureAwait(false);
        ObjectAttributes old = found.WithoutProperties();
        ObjectAttributes wanted = change(old)
            ?? throw new ArgumentException("The change returned null. Return the attributes.", nameof(change));
        if (wanted == old)
        {
            return found;
        }

        // The second condition guards against writes during the copy on the server, which can take long for a large object.
        var copy = new CopyOptions { Attributes = wanted, SourceIfRevision = found.Revision, IfRevision = found.Revision };
        try
        {
            return await bucket.CopyAsync(key, key, copy, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.NotSupported, IsOutcomeUnknown: false })
        {
            // The upstream supports no condition on the destination of a copy.
            return await bucket.CopyAsync(key, key, copy with { IfRevision = null }, cancellationToken).ConfigureAwait(false);
        }
    }
}
