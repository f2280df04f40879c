using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine;

namespace BleepStore.Storage;

public partial class Bucket
{
    private const int KeysPerDelete = 1000;

    /// <summary>
    /// Deletes exactly this key. A missing object is success, unless there is a condition. When the answer to a conditional delete was lost
    /// and the object no longer exists, the delete also succeeds, even if another client deleted the object. So never elect a winner by
    /// deleting.
    /// </summary>
    /// <example>
    /// <code>
    /// await bucket.DeleteAsync("2026/cat.jpg");
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="options">Conditions. The default is none.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.PreconditionFailed"/>, with <see cref="StorageException.IsOutcomeUnknown"/> when the answer was lost and
    /// another object is there now. <see cref="StorageErrorCode.NotSupported"/> for a condition where
    /// <see cref="StorageCapabilities.DeletesConditionally"/> is <see langword="false"/>.
    /// </exception>
    public virtual Task DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Delete,
            Name,
            key,
            (Bucket: this, Key: key, Options: options),
            static async (state, token) =>
            {
                state.Bucket.CheckKey(state.Key);
                WriteCondition condition = ToCondition(ifAbsent: false, state.Options?.IfMatch, state.Options?.IfRevision);
                await state.Bucket.Deletes.DeleteAsync(new ObjectAddress(state.Bucket.Name, state.Key), condition, token)
                    .ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Deletes many keys, each exactly, in as few requests as the upstream allows. A missing object is success.</summary>
    /// <example>
    /// <code>
    /// DeleteManyResult result = await bucket.DeleteManyAsync(["2026/cat.jpg", "2026/dog.jpg"]);
    /// foreach (DeleteFailure failure in result.Failures)
    /// {
    ///     Console.WriteLine($"{failure.Key}: {failure.Error.Message}");
    /// }
    /// </code>
    /// </example>
    /// <param name="keys">The keys, in any number. Duplicates count once.</param>
    /// <param name="cancellationToken">Stops between requests. Deleted keys stay deleted.</param>
    /// <returns>How many keys no longer exist, and the keys that could not be deleted, with the reasons.</returns>
    /// <exception cref="ArgumentException">A key is empty or not valid Unicode. Nothing was deleted.</exception>
    public virtual Task<DeleteManyResult> DeleteManyAsync(IEnumerable<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Context.Operations.RunAsync(
            OperationNames.DeleteMany,
            Name,
            key: null,
            (Bucket: this, Keys: keys),
            static (state, token) => state.Bucket.DeleteDistinctAsync(state.Keys.Distinct(StringComparer.Ordinal), token),
            cancellationToken);
    }

    private async ValueTask<DeleteManyResult> DeleteDistinctAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var failures = new List<DeleteFailure>();
        var valid = new List<string>();
        foreach (string key in keys)
        {
            try
            {
                CheckKey(key);
                valid.Add(key);
            }
            catch (StorageException error)
            {
                failures.Add(new DeleteFailure { Key = key, Error = error });
            }
        }

        int unsent = failures.Count;
        foreach (string[] chunk in valid.Chunk(KeysPerDelete))
        {
            var request = new DeleteManyRequest { Bucket = Name, Keys = chunk, MaxConcurrency = Context.Settings.MaxConcurrency };
            failures.AddRange(await Context.Backend.DeleteManyAsync(request, cancellationToken).ConfigureAwait(false));
        }

        foreach (DeleteFailure failure in failures)
        {
            Context.Operations.Map(failure.Error, OperationNames.DeleteMany, Name, failure.Key, cancellationToken);
        }

        return new DeleteManyResult { Count = valid.Count - (failures.Count - unsent), Failures = failures };
    }
}
