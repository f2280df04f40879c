namespace BleepStore.Storage.Engine.Writes;

/// <summary>Cancellations of writes, and whether they leave the outcome open.</summary>
internal static class UnknownOutcome
{
    /// <summary>While nothing was sent, a cancellation leaves no doubt.</summary>
    public static void RequireGoing(bool mayHaveLanded, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            var cancelled = new OperationCanceledException(cancellationToken);
            throw mayHaveLanded ? Of(cancelled) : cancelled;
        }
    }

    public static OperationCanceledException Of(OperationCanceledException cancelled) => new(
        cancelled.Message,
        new StorageException(StorageErrorCode.OperationAborted, "The write was cancelled after it had been sent.", cancelled)
        {
            IsOutcomeUnknown = true,
        },
        cancelled.CancellationToken);
}
