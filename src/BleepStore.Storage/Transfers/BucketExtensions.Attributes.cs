namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>
    /// Changes what is given and keeps the rest. The object is copied onto itself on the server, so no byte passes through the client. An
    /// object that was written again meanwhile is left alone. An upstream without conditions on the destination of a copy can lose a write
    /// that comes while it copies.
    /// </summary>
    /// <example>
    /// <code>
    /// await bucket.UpdateAttributesAsync("report.pdf", old =&gt; old with { CacheControl = "max-age=3600" });
    /// </code>
    /// </example>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="change">Gets the attributes that were read, and returns those that are wanted.</param>
    /// <param name="cancellationToken">Stops the change.</param>
    /// <returns>
    /// The properties of the object. It has a new revision. Its ETag may be another one, as that of any copy may. Where nothing changes,
    /// nothing is written, and they are the properties that were read.
    /// </returns>
    /// <exception cref="ArgumentException">An attribute breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.MetadataTooLarge"/>,
    /// <see cref="StorageErrorCode.PreconditionFailed"/>: somebody wrote the object after its attributes were read. Calling again reads the
    /// new ones.
    /// </exception>
    public static async Task<ObjectProperties> UpdateAttributesAsync(
        this Bucket bucket, string key, Func<ObjectAttributes, ObjectAttributes> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(change);
        var current = new HeadOptions { IsForWrite = true };
        ObjectProperties found = await bucket.HeadAsync(key, current, cancellationToken).ConfigureAwait(false);
        ObjectAttributes old = found.WithoutProperties();
        ObjectAttributes wanted = change(old) ?? throw new ArgumentException("The change returned null. Return the attributes.", nameof(change));
        if (wanted == old)
        {
            return found;
        }

        // The second condition guards what is written while the server copies, which can take long for a large object.
        var copy = new CopyOptions { Attributes = wanted, SourceIfRevision = found.Revision, IfRevision = found.Revision };
        try
        {
            return await bucket.CopyAsync(key, key, copy, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.NotSupported, IsOutcomeUnknown: false })
        {
            // The upstream tests no condition on the destination of a copy.
            return await bucket.CopyAsync(key, key, copy with { IfRevision = null }, cancellationToken).ConfigureAwait(false);
        }
    }
}
