namespace BleepStore.Storage.Errors;

/// <summary>A caller's cancellation as the caller sees it.</summary>
internal static class Cancellations
{
    /// <summary>
    /// Makes a cancellation carry the caller's token. The library cancels its work by internal tokens, which a caller does not know.
    /// </summary>
    /// <param name="thrown">The thrown exception.</param>
    /// <param name="caller">A token that is cancelled.</param>
    /// <returns>
    /// <paramref name="thrown"/> if it carries the token, otherwise a new exception that does. An inner <see cref="StorageException"/> with
    /// an unknown outcome stays the cause.
    /// </returns>
    public static OperationCanceledException By(OperationCanceledException thrown, CancellationToken caller) =>
        thrown.CancellationToken == caller
            ? thrown
            : new OperationCanceledException(thrown.Message, thrown.InnerException as StorageException ?? (Exception)thrown, caller);
}
