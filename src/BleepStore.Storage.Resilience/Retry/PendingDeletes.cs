using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Resilience.Retry;

/// <summary>Deletes many keys, and remembers which ones are worth another attempt.</summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="request">All keys.</param>
internal sealed class PendingDeletes(StorageBackend inner, DeleteManyRequest request)
{
    private readonly List<DeleteFailure> _final = [];
    private IReadOnlyList<string>? _left;
    private List<DeleteFailure> _transient = [];
    private bool _mayHaveLanded;

    /// <summary>Whether an attempt has told the keys apart, and some are left.</summary>
    public bool IsPartial => _transient.Count > 0;

    /// <summary>The keys that were not deleted.</summary>
    public IReadOnlyList<DeleteFailure> Failures => [.. _final, .. _transient];

    /// <summary>
    /// Deletes the remaining keys. When the whole request fails after an earlier attempt has returned, each remaining key has failed.
    /// </summary>
    /// <exception cref="StorageException">The first transient failure of a key, or that of the whole request.</exception>
    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        DeleteManyRequest next = _left is null ? request : request with { Keys = _left };
        IReadOnlyList<DeleteFailure> failures;
        try
        {
            failures = await inner.DeleteManyAsync(next, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
        {
            FailAll(error);
            throw;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            // The client gave up waiting.
            _mayHaveLanded = true;
            if (_left is null)
            {
                throw;
            }

            var error = new StorageException(StorageErrorCode.RequestTimeout, "The service did not answer in time.", cancelled)
            {
                IsOutcomeUnknown = true,
            };
            FailAll(error);
            throw error;
        }

        _final.AddRange(failures.Where(static failure => !failure.Error.IsTransient).Select(Told));
        _transient = [.. failures.Where(static failure => failure.Error.IsTransient).Select(Told)];
        if (_transient.Count == 0)
        {
            return true;
        }

        _left = [.. _transient.Select(static failure => failure.Key)];
        throw _transient[0].Error;
    }

    private void FailAll(StorageException error)
    {
        _mayHaveLanded |= error.IsOutcomeUnknown;
        _transient = [.. (_left ?? []).Select(key => Told(new DeleteFailure { Key = key, Error = error }))];
    }

    /// <summary>An attempt that failed as a whole may have deleted the key, whatever the result of a later one.</summary>
    private DeleteFailure Told(DeleteFailure failure) => _mayHaveLanded && !failure.Error.IsOutcomeUnknown
        ? new DeleteFailure { Key = failure.Key, Error = UpstreamErrors.OfUnknownOutcome(failure.Error) }
        : failure;
}
