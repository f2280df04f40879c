using System.Collections.Concurrent;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>
    /// Moves every object whose key begins with a prefix, as
    /// <see cref="Bucket.MoveAsync(string, string, MoveOptions?, CancellationToken)"/> does. The server copies, and several objects move at
    /// a time (<see cref="ObjectStoreOptions.MaxConcurrency"/>). This renames a folder. It is not atomic. Other readers see some objects at
    /// their old keys and some at their new keys. After a failure or a cancellation, the same call moves the rest. An object whose move was
    /// cut off between copy and deletion is at both keys. The same call then replaces the object at the new key, even if it was written
    /// meanwhile. With <see cref="MoveOptions.IfAbsent"/> it is a failure instead. The call stops after 1,000 failures.
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
        Keys.CheckText(newPrefix, nameof(newPrefix));
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
                if (Refusal(prefix, key) is { } refusal)
                {
                    failures.Enqueue(new FolderFailure { Name = name, Error = refusal });
                    return;
                }

                if (failures.Count >= MostFailures)
                {
                    return;
                }

                try
                {
                    ObjectProperties moved = await bucket.MoveAsync(entry.Key, key, options, token).ConfigureAwait(false);
                    Interlocked.Increment(ref count);
                    Interlocked.Add(ref bytes, moved.Size);
                }
                catch (StorageException error)
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
            IsComplete = page.ContinuationToken is null && failures.Count < MostFailures,
        };
    }

    /// <summary>Why an object cannot have its new key. <see langword="null"/> if it can.</summary>
    private static InvalidOperationException? Refusal(string prefix, string key) =>
        key.Length == 0
            ? new InvalidOperationException(
                $"The new key is empty, because the key of the object is the old prefix '{Visible.Text(prefix)}' itself. Move this object "
                + $"with {nameof(Bucket.MoveAsync)}, or delete it.")
        : key.StartsWith(prefix, StringComparison.Ordinal)
            ? new InvalidOperationException(
                $"The new key '{Visible.Text(key)}' begins with the old prefix, so it could replace an object that is not moved yet. Move "
                + $"this object first, with {nameof(Bucket.MoveAsync)}.")
        : null;
}
