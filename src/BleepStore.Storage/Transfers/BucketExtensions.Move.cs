using System.Collections.Concurrent;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>
    /// Moves every object whose key begins with a prefix, as
    /// <see cref="Bucket.MoveAsync(string, string, MoveOptions?, CancellationToken)"/> does. The server copies, and several objects move at
    /// a time (<see cref="ObjectStoreOptions.MaxConcurrency"/>). This renames a folder. It is not atomic: other readers see some objects at
    /// their old keys and some at their new keys. After a failure or a cancellation, the same call moves the rest. It stops after 1,000
    /// failures.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">
    /// The old prefix, which must not be empty. A folder ends with its delimiter, because <c>"logs"</c> is also a prefix of
    /// <c>"logs-of-2024/a"</c>.
    /// </param>
    /// <param name="newPrefix">The new prefix, which can be empty. It must not begin with the old one.</param>
    /// <param name="options">
    /// The options of each move. With <see cref="MoveOptions.IfAbsent"/> an object that is already at a new key stays, and the move is a
    /// failure. By default it is replaced.
    /// </param>
    /// <param name="cancellationToken">Stops the call. Moved objects stay moved.</param>
    /// <returns>How many objects were moved, and the names below the prefix that were not, each with its error.</returns>
    /// <exception cref="ArgumentException">A prefix breaks its rule. Nothing was moved.</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.ListPageAsync"/>.</exception>
    public static async Task<FolderReport> MovePrefixAsync(
        this Bucket bucket,
        string prefix,
        string newPrefix,
        MoveOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        ArgumentNullException.ThrowIfNull(newPrefix);
        if (newPrefix.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new ArgumentException(
                "The new prefix begins with the old one, so every moved object would be moved again.", nameof(newPrefix));
        }

        long count = 0;
        long bytes = 0;
        var failures = new ConcurrentQueue<FolderFailure>();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = bucket.Transfers.MaxConcurrency,
            CancellationToken = cancellationToken,
        };
        var query = new ListOptions { Prefix = prefix };
        ListPage page;
        do
        {
            page = await bucket.ListPageAsync(query, cancellationToken).ConfigureAwait(false);
            await Parallel.ForEachAsync(page.Entries, parallel, async (entry, token) =>
            {
                string name = entry.Key[prefix.Length..];
                string key = newPrefix + name;
                try
                {
                    RequireOutside(prefix, key);
                    await bucket.MoveAsync(entry.Key, key, options, token).ConfigureAwait(false);
                    Interlocked.Increment(ref count);
                    Interlocked.Add(ref bytes, entry.Size);
                }
                catch (Exception error) when (error is StorageException or InvalidOperationException)
                {
                    failures.Enqueue(new FolderFailure { Name = name, Error = error });
                }
            }).ConfigureAwait(false);
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (page.ContinuationToken is not null && failures.Count < MostFailures);

        return new FolderReport
        {
            Transferred = count,
            TransferredBytes = bytes,
            Unchanged = 0,
            Deleted = 0,
            InDoubt = 0,
            Skipped = [],
            Failures = [.. failures.OrderBy(static failure => failure.Name, StringComparer.Ordinal)],
            IsComplete = page.ContinuationToken is null,
        };
    }

    /// <summary>A new key below the old prefix could be that of an object that was not moved yet.</summary>
    private static void RequireOutside(string prefix, string key)
    {
        if (key.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                $"The new key '{Visible.Text(key)}' begins with the old prefix, so it could replace an object that is not moved yet. Move "
                + $"this object first, with {nameof(Bucket.MoveAsync)}.");
        }
    }
}
