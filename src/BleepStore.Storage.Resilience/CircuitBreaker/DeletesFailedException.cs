namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>
/// Shows the breaker a deletion of many keys that returned, but reached the upstream for none of them. The caller gets the list.
/// </summary>
/// <param name="failures">The failures of all keys.</param>
/// <param name="cause">The failure of one key that stands for all.</param>
internal sealed class DeletesFailedException(IReadOnlyList<DeleteFailure> failures, StorageException cause)
    : Exception(cause.Message, cause)
{
    /// <summary>The failures of all keys.</summary>
    public IReadOnlyList<DeleteFailure> Failures => failures;
}
