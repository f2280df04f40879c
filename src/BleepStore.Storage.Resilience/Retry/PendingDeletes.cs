using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Resilience.Retry;

/// <summary>Deletes many keys, and remembers which ones are worth another attempt.</summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="request">All keys.</param>
internal sealed class PendingDeletes(StorageBackend inner, DeleteManyRequest request)
{
    private readonly List<DeleteFailure> _final = [];
    private IReadOnlyList<string>? _left;
    private List<DeleteFailure> _transient = [];

    /// <summary>Whether the last attempt has deleted keys, but not all.</summary>
    public bool IsPartial => _transient.Count > 0;

    /// <summary>The keys that were not deleted.</summary>
    public IReadOnlyList<DeleteFailure> Failures => [.. _final, .. _transient];

    /// <summary>Deletes what is left.</summary>
    /// <exception cref="StorageException">The first transient failure of a key, or that of the whole request.</exception>
    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        _transient = [];
        DeleteManyRequest next = _left is null ? request : request with { Keys = _left };
        IReadOnlyList<DeleteFailure> failures = await inner.DeleteManyAsync(next, cancellationToken).ConfigureAwait(false);
        _final.AddRange(failures.Where(static failure => !failure.Error.IsTransient));
        _transient = [.. failures.Where(static failure => failure.Error.IsTransient)];
        if (_transient.Count == 0)
        {
            return true;
        }

        _left = [.. _transient.Select(static failure => failure.Key)];
        throw _transient[0].Error;
    }
}
