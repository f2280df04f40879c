using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// The ETags of listings. Some services list an ETag of their own, while the object keeps this library's in its metadata. One request for
/// the properties then tells it.
/// </summary>
internal static class ListedETags
{
    /// <summary>
    /// Whether a listed ETag can be the service's own. S3 lists its own, which is also the revision. Under SSE-KMS it looks like an MD5.
    /// </summary>
    public static bool CanBeForeign(ListEntry entry) =>
        entry.ETag == entry.Revision
        || !(ETags.TryParseMd5(entry.ETag, stackalloc byte[MD5.HashSizeInBytes]) || entry.ETag.LastIndexOf('-') == 2 * MD5.HashSizeInBytes);

    /// <summary>Asks for an object's ETag.</summary>
    /// <returns><see langword="null"/> when the object is not the one that was listed any more.</returns>
    public static async Task<string?> ReadAsync(Bucket bucket, string key, ListEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var condition = new HeadOptions { IfRevision = entry.Revision };
            return (await bucket.HeadAsync(key, condition, cancellationToken).ConfigureAwait(false)).ETag;
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.PreconditionFailed or StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>Compares two objects of one size by their ETags.</summary>
    public static async Task<Sameness> CompareAsync(
        (Bucket Bucket, string Key, ListEntry Entry) source,
        (Bucket Bucket, string Key, ListEntry Entry) target,
        CancellationToken cancellationToken)
    {
        if (source.Bucket.TransformsBytes != target.Bucket.TransformsBytes)
        {
            return Sameness.InDoubt;
        }

        if (source.Entry.Size != target.Entry.Size)
        {
            return Sameness.OtherSize;
        }

        if (source.Entry.ETag == target.Entry.ETag)
        {
            return Sameness.Same;
        }

        string first = await OwnAsync(source.Bucket, source.Key, source.Entry, cancellationToken).ConfigureAwait(false);
        string second = await OwnAsync(target.Bucket, target.Key, target.Entry, cancellationToken).ConfigureAwait(false);
        return first == second ? Sameness.Same : IsMd5(first) && IsMd5(second) ? Sameness.OtherBytes : Sameness.InDoubt;
    }

    private static async Task<string> OwnAsync(Bucket bucket, string key, ListEntry entry, CancellationToken cancellationToken) =>
        CanBeForeign(entry) ? await ReadAsync(bucket, key, entry, cancellationToken).ConfigureAwait(false) ?? entry.ETag : entry.ETag;

    private static bool IsMd5(string etag) => ETags.TryParseMd5(etag, stackalloc byte[MD5.HashSizeInBytes]);
}
