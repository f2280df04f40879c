using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine;

namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>
    /// Copies an object to another bucket, of this store or of any other. Within one store the server copies. Between stores the bytes
    /// stream through this process. All attributes are copied except the storage class, whose words another upstream may not know.
    /// </summary>
    /// <example>
    /// <code>
    /// Bucket archive = await store.CreateBucketAsync("archive");
    /// await bucket.CopyToAsync("2026/cat.jpg", archive);
    /// </code>
    /// </example>
    /// <param name="bucket">The bucket of the source.</param>
    /// <param name="key">The source's key.</param>
    /// <param name="destination">The bucket to copy to.</param>
    /// <param name="destinationKey">The key there. The default is the source's.</param>
    /// <param name="options">
    /// Attributes, and conditions on both sides. By default it keeps the source's attributes, without conditions.
    /// </param>
    /// <param name="cancellationToken">Stops the copy. The destination then holds the old object or the complete copy.</param>
    /// <returns>The properties of the copy.</returns>
    /// <exception cref="ArgumentException">A condition or an attribute breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// As <see cref="Bucket.CopyAsync(ObjectAddress, string, CopyOptions?, CancellationToken)"/>. It names the bucket and key of the side
    /// that failed. <see cref="StorageErrorCode.BadDigest"/> between stores, when the received bytes do not match the source's ETag.
    /// Nothing was stored.
    /// </exception>
    public static Task<ObjectProperties> CopyToAsync(
        this Bucket bucket,
        string key,
        Bucket destination,
        string? destinationKey = null,
        CopyOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(destination);
        destinationKey ??= key;
        return destination.IsOfStoreOf(bucket)
            ? destination.CopyAsync(new ObjectAddress(bucket.Name, key), destinationKey, options, cancellationToken)
            : StreamToAsync(bucket, key, destination, destinationKey, options ?? new CopyOptions(), cancellationToken);
    }

    /// <summary>
    /// Moves an object to another bucket, of this store or of any other. It is copied as <see cref="CopyToAsync"/> does, and the source is
    /// deleted if it is still the revision that was copied. A move is not atomic, so for a moment both objects exist.
    /// </summary>
    /// <param name="bucket">The bucket of the source.</param>
    /// <param name="key">The source's key.</param>
    /// <param name="destination">The bucket to move to.</param>
    /// <param name="destinationKey">The key there. The default is the source's.</param>
    /// <param name="options">
    /// Attributes, and conditions on both sides. By default it keeps the source's attributes, without conditions.
    /// </param>
    /// <param name="cancellationToken">Stops the move. The source exists until the destination holds the complete copy.</param>
    /// <returns>The properties of the object at its new place.</returns>
    /// <exception cref="ArgumentException">A condition or an attribute breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// As <see cref="Bucket.MoveAsync(ObjectAddress, string, MoveOptions?, CancellationToken)"/>. With
    /// <see cref="StorageErrorCode.PreconditionFailed"/> for the source after the copy, both objects exist.
    /// </exception>
    public static Task<ObjectProperties> MoveToAsync(
        this Bucket bucket,
        string key,
        Bucket destination,
        string? destinationKey = null,
        MoveOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(destination);
        destinationKey ??= key;
        return destination.IsOfStoreOf(bucket)
            ? destination.MoveAsync(new ObjectAddress(bucket.Name, key), destinationKey, options, cancellationToken)
            : StreamAndDeleteAsync(bucket, key, destination, destinationKey, options ?? MoveOptions.Default, cancellationToken);
    }

    private static async Task<ObjectProperties> StreamToAsync(
        Bucket bucket, string key, Bucket destination, string destinationKey, CopyOptions options, CancellationToken cancellationToken)
    {
        ObjectReader reader = await OpenSourceAsync(bucket, key, options, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            return await PutFromAsync(reader, destination, destinationKey, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ObjectProperties> StreamAndDeleteAsync(
        Bucket bucket, string key, Bucket destination, string destinationKey, MoveOptions options, CancellationToken cancellationToken)
    {
        bool deletesConditionally = await bucket.RequireMovesFromAsync(key, options, cancellationToken).ConfigureAwait(false);
        CopyOptions copy = options.ToCopy();
        ObjectReader reader = await OpenSourceAsync(bucket, key, copy, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            ObjectProperties moved = await PutFromAsync(reader, destination, destinationKey, copy, cancellationToken).ConfigureAwait(false);
            if (await IsUntouchedAsync(bucket, reader.Properties, (destination, destinationKey), cancellationToken).ConfigureAwait(false))
            {
                string? revision = deletesConditionally ? reader.Properties.Revision : null;
                await bucket.DeleteAsync(key, new DeleteOptions { IfRevision = revision }, cancellationToken).ConfigureAwait(false);
            }

            return moved;
        }
    }

    private static async Task<ObjectReader> OpenSourceAsync(
        Bucket bucket, string key, CopyOptions options, CancellationToken cancellationToken)
    {
        var conditions = new GetOptions
        {
            IfMatch = options.SourceIfMatch,
            IfNoneMatch = options.SourceIfNoneMatch,
            IfModifiedSince = options.SourceIfModifiedSince,
            IfUnmodifiedSince = options.SourceIfUnmodifiedSince,
            IfRevision = options.SourceIfRevision,
        };
        try
        {
            return await bucket.GetAsync(key, conditions, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotModified)
        {
            throw bucket.At(
                OperationNames.Copy,
                key,
                UpstreamErrors.Recode(
                    error, StorageErrorCode.PreconditionFailed, "The source still has the ETag that the condition excludes."));
        }
    }

    private static Task<ObjectProperties> PutFromAsync(
        ObjectReader reader, Bucket destination, string key, CopyOptions options, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = options.Attributes ?? reader.Properties with { StorageClass = null };
        var put = new PutOptions(attributes)
        {
            ContentLength = reader.Range.Length,
            ContentMd5 = Md5Of(reader),
            IfAbsent = options.IfAbsent,
            IfMatch = options.IfMatch,
            IfRevision = options.IfRevision,
        };
        return destination.PutRecognisablyAsync(key, reader.Content, put, cancellationToken);
    }

    /// <summary>The MD5 that the source's bytes must have, where its ETag tells it.</summary>
    private static ReadOnlyMemory<byte>? Md5Of(ObjectReader reader)
    {
        byte[] md5 = new byte[MD5.HashSizeInBytes];
        if (reader.HasOpaqueETag || !ETags.TryParseMd5(reader.Properties.ETag, md5))
        {
            return null;
        }

        return md5;
    }

    /// <summary>
    /// Reads the source's properties before it is deleted. Two stores can reach the same object, and then the copy has replaced the source.
    /// On S3 the same bytes have the same revision, so the date is also compared. Within one second the date is the same, so the tokens are
    /// compared.
    /// </summary>
    /// <returns><see langword="false"/> when another client deleted the source, so nothing is left to do.</returns>
    private static async Task<bool> IsUntouchedAsync(
        Bucket bucket, ObjectProperties copied, (Bucket Bucket, string Key) copy, CancellationToken cancellationToken)
    {
        try
        {
            var condition = new HeadOptions { IfRevision = copied.Revision };
            ObjectProperties found = await bucket.HeadAsync(copied.Key, condition, cancellationToken).ConfigureAwait(false);
            if (found.LastModified == copied.LastModified
                && !await bucket.IsSameObjectAsync(copied.Key, copy, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            throw bucket.At(
                OperationNames.Move,
                copied.Key,
                new StorageException(
                    StorageErrorCode.PreconditionFailed,
                    "The source was written during the move, so it was not deleted. The copy also exists."));
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return false;
        }
    }
}
