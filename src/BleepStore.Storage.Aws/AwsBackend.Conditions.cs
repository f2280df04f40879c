using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    /// <summary>
    /// Writes under a condition that S3 can test: its own ETag. Ours is that, except where it is kept beside (SSE-KMS, SSE-C, copies of such): a refusal is looked into once.
    /// </summary>
    private async Task<T> OnRevisionAsync<T>(string bucket, string key, WriteCondition condition, Func<WriteCondition, Task<T>> write, CancellationToken cancellationToken)
    {
        if (condition.IfMatch is not { } etag)
        {
            return await write(condition).ConfigureAwait(false);
        }

        bool isSame = condition.IfRevision is null || condition.IfRevision == etag;
        StorageException? refused = null;
        if (isSame)
        {
            try
            {
                return await write(condition with { IfMatch = null, IfRevision = etag }).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
            {
                refused = error;
            }
        }

        ObjectProperties? current;
        try
        {
            current = (await TryHeadAsync(bucket, key, cancellationToken).ConfigureAwait(false))?.Properties;
            condition.ThrowIfNotMet(current);
        }
        catch (StorageException) when (refused is { IsOutcomeUnknown: true })
        {
            // What is there, or was, can be what this write made before it was sent again: whoever has its token looks for that.
            throw refused;
        }

        if (refused is not null && current!.Revision == etag)
        {
            // It was another object when it was refused. What is there now is the caller's to look at.
            throw refused;
        }

        return await write(condition with { IfMatch = null, IfRevision = current!.Revision }).ConfigureAwait(false);
    }

    /// <summary>
    /// Tries again when S3 has refused a conditional write because another was under way ("How to prevent object overwrites with conditional writes", Amazon S3 User Guide): which of
    /// the two came first is then decided. With a client that was given every failure's outcome is unknown; should this write be the one that came first, its token tells in the end.
    /// </summary>
    private async Task<T> WhenDecidedAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstConflictWait;
        for (int attempt = 1; ; attempt++, wait *= 2)
        {
            try
            {
                return await write().ConfigureAwait(false);
            }
            catch (StorageException error) when (error.ProviderCode == AwsErrors.ConditionalRequestConflict && (!error.IsOutcomeUnknown || _clients.IsGiven) && attempt < MaxConflicts)
            {
                await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<StoredObject?> TryHeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await HeadAsync(new HeadRequest { Bucket = bucket, Key = key }, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    private static StorageException NothingThere(WriteCondition condition, StorageException cause) =>
        With(StorageErrorCode.PreconditionFailed, $"There is no object; one of revision {condition.IfRevision} was to be there.", cause);
}
