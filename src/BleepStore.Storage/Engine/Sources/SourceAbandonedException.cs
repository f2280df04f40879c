namespace BleepStore.Storage.Engine.Sources;

/// <summary>
/// A cancelled read of a source that did not end. The source may still write into the buffer, so the buffer must not serve anything else.
/// </summary>
internal sealed class SourceAbandonedException(CancellationToken cancellationToken)
    : OperationCanceledException(
        "The operation was cancelled. The source did not end its read, which was abandoned. Its position is undefined. Do not use the " +
        "source again.",
        cancellationToken);
