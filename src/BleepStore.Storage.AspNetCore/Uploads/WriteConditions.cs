using BleepStore.Storage.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>
/// The conditional headers of a write. The core takes one strong ETag, any object, or none. For all else the object that is there is
/// compared, and the write is made over its revision alone.
/// </summary>
internal static class WriteConditions
{
    public static async Task<PutOptions> ApplyAsync(
        IHeaderDictionary headers, PutOptions put, Bucket bucket, string key, CancellationToken cancellationToken)
    {
        (bool ifAbsent, string? ifMatch, string? ifRevision) =
            await ResolveAsync(headers, bucket, key, cancellationToken).ConfigureAwait(false);
        return put with { IfAbsent = ifAbsent, IfMatch = ifMatch, IfRevision = ifRevision };
    }

    /// <summary>Returns the condition for the core, which is at most one of the three.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/> when a condition does not hold.</exception>
    public static async Task<(bool IfAbsent, string? IfMatch, string? IfRevision)> ResolveAsync(
        IHeaderDictionary headers, Bucket bucket, string key, CancellationToken cancellationToken)
    {
        EntityTagHeader? wanted = EntityTagHeader.Parse(headers.IfMatch);
        EntityTagHeader? unwanted = EntityTagHeader.Parse(headers.IfNoneMatch);
        DateTimeOffset? before = wanted is null ? HttpDates.Parse(headers.IfUnmodifiedSince) : null;
        if (wanted is null && unwanted is null && before is null)
        {
            return default;
        }

        if (wanted is null && before is null && unwanted is { IsAny: true })
        {
            return (true, null, null);
        }

        if (wanted is not null && unwanted is null && (wanted.IsAny || wanted.Storable.Count == 1))
        {
            return (false, wanted.IsAny ? "*" : wanted.Storable[0], null);
        }

        ObjectProperties? current = await FindAsync(bucket, key, cancellationToken).ConfigureAwait(false);
        bool holds =
            (wanted is null || (current is not null && (wanted.IsAny || wanted.Strong.Contains(current.ETag, StringComparer.Ordinal))))
            && (unwanted is null || current is null || !(unwanted.IsAny || unwanted.All.Contains(current.ETag, StringComparer.Ordinal)))
            && (before is not { } date || current is null || current.LastModified.ToUnixTimeSeconds() <= date.ToUnixTimeSeconds());
        if (!holds)
        {
            throw new StorageException(
                StorageErrorCode.PreconditionFailed, "A condition of the request does not hold. Read the object again, then decide.");
        }

        return current is null ? (true, null, null) : (false, null, current.Revision);
    }

    private static async Task<ObjectProperties?> FindAsync(Bucket bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await bucket.HeadAsync(key, options: null, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }
}
