using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Objects;

/// <summary>Writes under conditions that S3 can test, until it is decided which of two writes came first.</summary>
internal sealed class ConditionalWrites(AwsClients clients, AwsReads reads, TimeProvider time)
{
    private const int MaxConflicts = 5;
    private static readonly TimeSpan FirstConflictWait = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Writes under a condition that S3 can test, which is its own ETag. It equals this library's ETag, except where that is stored as
    /// metadata (SSE-KMS, SSE-C, copies of such). A refusal is therefore examined once.
    /// </summary>
    public async Task<T> OnRevisionAsync<T>(
        string bucket, string key, WriteCondition condition, Func<WriteCondition, Task<T>> write, CancellationToken cancellationToken)
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
            current = (await reads.TryHeadAsync(bucket, key, cancellationToken).ConfigureAwait(false))?.Properties;
            condition.ThrowIfNotMet(current);
        }
        catch (StorageException) when (refused is { IsOutcomeUnknown: true })
        {
            // The current or an earlier object can be the result of this write's first attempt. The owner of the token checks this.
            throw refused;
        }

        if (refused is not null && current!.Revision == etag)
        {
            // Another object existed at the time of the refusal. The caller must read the current object.
            throw refused;
        }

        return await write(condition with { IfMatch = null, IfRevision = current!.Revision }).ConfigureAwait(false);
    }

    /// <summary>
    /// As the other one, for puts and copies. A 409 that is not known is a conflict as well, unless the object there shows that the write
    /// has landed.
    /// </summary>
    public async Task<ObjectProperties> WhenDecidedAsync(
        string bucket,
        string key,
        WriteCondition condition,
        string? writeToken,
        Func<Task<ObjectProperties>> write,
        CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstConflictWait;
        bool mayHaveLanded = false;
        for (int attempt = 1; ; attempt++, wait *= 2)
        {
            try
            {
                return await write().ConfigureAwait(false);
            }
            catch (StorageException error) when (
                attempt < MaxConflicts && (IsUndecided(error) || (CanBeConflict(error) && !condition.IsNone)))
            {
                mayHaveLanded |= CanBeConflict(error) && error.IsOutcomeUnknown;
                if (CanBeConflict(error)
                    && await FindWrittenAsync(bucket, key, writeToken, cancellationToken).ConfigureAwait(false) is { } made)
                {
                    return made;
                }

                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (mayHaveLanded && !error.IsOutcomeUnknown)
            {
                throw UpstreamErrors.Recode(
                    error,
                    error.Code,
                    "The write was refused after an earlier attempt that failed and may have taken effect.",
                    isOutcomeUnknown: true);
            }
        }
    }

    /// <summary>
    /// Retries when S3 has refused a conditional write because another one was in progress ("How to prevent object overwrites with
    /// conditional writes", Amazon S3 User Guide). By then it is decided which of the two came first. With a client from the application,
    /// every failure has an unknown outcome. If this write came first, its token shows it in the end.
    /// </summary>
    public async Task<T> WhenDecidedAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstConflictWait;
        for (int attempt = 1; ; attempt++, wait *= 2)
        {
            try
            {
                return await write().ConfigureAwait(false);
            }
            catch (StorageException error) when (attempt < MaxConflicts && IsUndecided(error))
            {
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool IsUndecided(StorageException error) => AwsErrors.IsConflict(error) && (!error.IsOutcomeUnknown || clients.IsGiven);

    /// <summary>
    /// A 409 with an unknown code, and the answer of Ceph 16 in its place. A client from the application has already retried it by itself.
    /// </summary>
    private bool CanBeConflict(StorageException error) =>
        (error is { Status: 409, Code: StorageErrorCode.OperationAborted } && !AwsErrors.IsConflict(error))
        || (!clients.IsGiven && AwsErrors.CanBeConflict(error.Status, error.ProviderCode));

    /// <summary>Returns the object that the write with this token created. When the object cannot be read, the result is unknown.</summary>
    private async Task<ObjectProperties?> FindWrittenAsync(
        string bucket, string key, string? writeToken, CancellationToken cancellationToken)
    {
        if (writeToken is null)
        {
            return null;
        }

        try
        {
            StoredObject? found = await reads.TryHeadAsync(bucket, key, cancellationToken).ConfigureAwait(false);
            return found?.MadeBy(writeToken);
        }
        catch (StorageException)
        {
            return null;
        }
    }
}
