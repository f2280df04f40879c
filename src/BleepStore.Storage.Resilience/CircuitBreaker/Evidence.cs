using BleepStore.Storage.Resilience.RateLimit;
using Polly.CircuitBreaker;

namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>Tells failures of the upstream from what has failed on this side of it.</summary>
internal static class Evidence
{
    /// <summary>The conclusion about the upstream from the end of a call.</summary>
    /// <param name="thrown">What the call has thrown; <see langword="null"/> when it has returned.</param>
    /// <param name="cancellationToken">The token of the caller.</param>
    public static Finding Of(Exception? thrown, CancellationToken cancellationToken) => thrown switch
    {
        null => Finding.Answer,

        // The refusals of a limiter and of another breaker underneath.
        StorageException { InnerException: PermitRefusedException or BrokenCircuitException } => Finding.Nothing,
        StorageException { IsTransient: true } => Finding.Failure,
        StorageException { Status: null } error when IsFoundHere(error.Code) => Finding.Nothing,
        StorageException => Finding.Answer,

        // A client that waited long enough. The caller has not cancelled.
        OperationCanceledException when !cancellationToken.IsCancellationRequested => Finding.Failure,
        _ => Finding.Nothing,
    };

    /// <summary>
    /// Codes of what is found before a request, or in the bytes on this side. Without a status, the upstream has not said so.
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
