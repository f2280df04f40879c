namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>After so many failures the rest would most likely fail too.</summary>
    private const int MostFailures = 1000;

    /// <summary>
    /// Deletes every object whose key begins with a prefix, page by page. An object that is put meanwhile may stay. It stops after 1,000
    /// failures, because a credential without the permission would otherwise ask for every key.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">
    /// The prefix, which must not be empty. A folder ends with its delimiter, because <c>"logs"</c> is also a prefix of
    /// <c>"logs-of-2024/a"</c>.
    /// </param>
    /// <param name="cancellationToken">Stops between requests. Deleted objects stay deleted.</param>
    /// <returns>How many objects were deleted, and the keys that could not be deleted, with the reasons.</returns>
    /// <exception cref="ArgumentException">The prefix is empty or not valid Unicode. Nothing was deleted.</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.ListPageAsync"/>.</exception>
    public static async Task<DeleteManyResult> DeletePrefixAsync(
        this Bucket bucket, string prefix, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0)
        {
            throw new ArgumentException(
                $"Every key begins with the empty prefix. To empty the bucket, pass the keys of {nameof(Bucket.ListAsync)} "
                + $"to {nameof(Bucket.DeleteManyAsync)}.",
                nameof(prefix));
        }

        int count = 0;
        var failures = new List<DeleteFailure>();
        var query = new ListOptions { Prefix = prefix };
        while (true)
        {
            ListPage page = await bucket.ListPageAsync(query, cancellationToken).ConfigureAwait(false);
            if (page.Entries.Count > 0)
            {
                DeleteManyResult deleted =
                    await bucket.DeleteManyAsync(page.Entries.Select(static entry => entry.Key), cancellationToken).ConfigureAwait(false);
                count += deleted.Count;
                failures.AddRange(deleted.Failures);
            }

            if (page.ContinuationToken is null || failures.Count >= MostFailures)
            {
                return new DeleteManyResult { Count = count, Failures = failures };
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
    }
}
