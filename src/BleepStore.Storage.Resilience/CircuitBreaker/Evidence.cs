using BleepStore.Storage.Resilience.RateLimit;
using Polly.CircuitBreaker;

namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>Distinguishes failures of the upstream from local failures.</summary>
internal static class Evidence
{
    /// <summary>Returns the conclusion about the upstream from the end of a call.</summary>
    /// <param name="thrown">The exception of the call. <see langword="null"/> when it has returned.</param>
    /// <param name="cancellationToken">The token of the caller.</param>
    public static Finding Of(Exception? thrown, CancellationToken cancellationToken) => thrown switch
    {
        null => Finding.Answer,
        DeletesFailedException failed => Of(failed.InnerException, cancellationToken),

        // These are refusals of a limiter or of another breaker underneath.
        StorageException { InnerException: PermitRefusedException or BrokenCircuitException } => Finding.Nothing,
        StorageException { IsTransient: true } => Finding.Failure,
        StorageException { Status: null } error when IsFoundHere(error.Code) => Finding.Nothing,
        StorageException => Finding.Answer,

        // The client gave up waiting. The caller has not cancelled.
        OperationCanceledException when !cancellationToken.IsCancellationRequested => Finding.Failure,
        _ => Finding.Nothing,
    };

    /// <summary>Returns a deletion of many keys as a failure, unless the upstream has answered for one of the keys.</summary>
    /// <param name="failures">The failures of the deletion.</param>
    /// <param name="keys">How many keys the deletion has.</param>
    /// <param name="cancellationToken">The token of the caller.</param>
    public static DeletesFailedException? OfDeletes(IReadOnlyList<DeleteFailure> failures, int keys, CancellationToken cancellationToken)
    {
        if (failures.Count == 0 || failures.Count < keys || failures.Any(one => Of(one.Error, cancellationToken) == Finding.Answer))
        {
            return null;
        }

        DeleteFailure cause = failures.FirstOrDefault(one => Of(one.Error, cancellationToken) == Finding.Failure) ?? failures[0];
        return new DeletesFailedException(failures, cause.Error);
    }

    /// <summary>
    /// Codes of failures that occur before a request, or in local bytes. Without a status, they do not come from the upstream.
    /// </summary>
    private static bool IsFoundHere(StorageErrorCode code) => code is StorageErrorCode.InternalError
        or StorageErrorCode.InvalidPartOrder
        or StorageErrorCode.EntityTooLarge
        or StorageErrorCode.MetadataTooLarge
        or StorageErrorCode.BadDigest
        or StorageErrorCode.IncompleteBody
        or StorageErrorCode.InvalidKey
        or StorageErrorCode.InvalidBucketName
        or StorageErrorCode.NotSupported;
}
