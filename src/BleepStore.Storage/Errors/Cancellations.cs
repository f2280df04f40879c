namespace BleepStore.Storage.Errors;

/// <summary>A caller's cancellation as the caller sees it.</summary>
internal static class Cancellations
{
    /// <summary>
    /// Makes a cancellation carry the caller's token. Inside, work is cancelled by tokens of its own, which say nothing to a caller.
    /// </summary>
    /// <param name="thrown">What was thrown.</param>
    /// <param name="caller">A token that is cancelled.</param>
    /// <returns>
    /// <paramref name="thrown"/>, if it carries the token; else one that does. A <see cref="StorageException"/> inside, which says that the
    /// outcome is unknown, stays the cause.
    /// </returns>
    public static OperationCanceledException By(OperationCanceledException thrown, CancellationToken caller) =>
        thrown.CancellationToken == caller
            ? thrown
            : new OperationCanceledException(thrown.Message, thrown.InnerException as StorageException ?? (Exception)thrown, caller);
}
