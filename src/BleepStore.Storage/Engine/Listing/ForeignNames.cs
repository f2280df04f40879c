using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Engine.Listing;

/// <summary>Finds out why a bucket that looks empty cannot be deleted.</summary>
internal static class ForeignNames
{
    /// <summary>The maximum number of pages without an entry. A limit is enough, because the answer only improves a message.</summary>
    private const int MostPages = 10;

    /// <summary>A foreign name of a bucket that holds no objects.</summary>
    /// <returns>
    /// The name, readable. <see langword="null"/> if there are objects, if there is no such name, or if neither can be found out.
    /// </returns>
    public static async Task<string?> FindAloneAsync(StorageBackend backend, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            return await HasObjectsAsync(backend, bucket, cancellationToken).ConfigureAwait(false)
                ? null
                : await FindAsync(backend, bucket, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // The caller reports the failure of the deletion.
            return null;
        }
    }

    private static async Task<bool> HasObjectsAsync(StorageBackend backend, string bucket, CancellationToken cancellationToken)
    {
        var request = new ListRequest { Bucket = bucket, PageSize = 1 };
        for (int page = 0; page < MostPages; page++)
        {
            ListPage found = await backend.ListAsync(request, cancellationToken).ConfigureAwait(false);
            if (found.Entries.Count > 0)
            {
                return true;
            }

            if (found.ContinuationToken is null)
            {
                return false;
            }

            request = request with { ContinuationToken = found.ContinuationToken };
        }

        return true;
    }

    private static async Task<string?> FindAsync(StorageBackend backend, string bucket, CancellationToken cancellationToken)
    {
        var request = new ListForeignNamesRequest { Bucket = bucket, PageSize = 1 };
        for (int page = 0; page < MostPages; page++)
        {
            ListForeignNamesResult found = await backend.ListForeignNamesAsync(request, cancellationToken).ConfigureAwait(false);
            if (found.Names is [var first, ..])
            {
                return Visible.Text(first.DisplayName);
            }

            if (found.ContinuationToken is null)
            {
                return null;
            }

            request = request with { ContinuationToken = found.ContinuationToken };
        }

        return null;
    }
}
