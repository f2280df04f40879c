namespace BleepStore.Storage.Backends;

/// <summary>What is the same in the errors of all services that speak HTTP. Thread-safe.</summary>
public static class UpstreamErrors
{
    /// <summary>What a status means where the service's own code for the error says nothing more exact.</summary>
    /// <param name="status">The HTTP status of an answer that is no success.</param>
    /// <remarks>Source: "HTTP Semantics", RFC 9110, section 15; 429 from RFC 6585, 507 from RFC 4918.</remarks>
    public static StorageErrorCode FromStatus(int status) => status switch
    {
        304 => StorageErrorCode.NotModified,
        401 => StorageErrorCode.AuthenticationFailed,
        403 => StorageErrorCode.AccessDenied,
        404 => StorageErrorCode.NoSuchKey,
        408 => StorageErrorCode.RequestTimeout,
        409 => StorageErrorCode.OperationAborted,
        412 => StorageErrorCode.PreconditionFailed,
        413 => StorageErrorCode.EntityTooLarge,
        416 => StorageErrorCode.InvalidRange,
        429 => StorageErrorCode.SlowDown,
        501 => StorageErrorCode.NotSupported,
        507 => StorageErrorCode.InsufficientStorage,
        >= 500 => StorageErrorCode.ServiceUnavailable,
        _ => StorageErrorCode.InternalError,
    };

    /// <summary>Whether the outcome of a write is unknown after a refusal: one that was sent more than once may have landed before, and a server that failed may have failed after it.</summary>
    /// <param name="status">The HTTP status of the refusal.</param>
    /// <param name="mayHaveLanded">For a write, whether it may have been sent more than once; <see langword="null"/> for a read.</param>
    public static bool IsOutcomeUnknown(int status, bool? mayHaveLanded) => mayHaveLanded is { } sentTwice && (sentTwice || status >= 500 || status == 408);

    /// <summary>Our own exception, found inside of another: a body that fails while it is sent throws it through the transport, which wraps it.</summary>
    /// <param name="thrown">What was thrown.</param>
    /// <returns><paramref name="thrown"/> itself or the first cause that is ours; otherwise <see langword="null"/>.</returns>
    public static StorageException? Own(Exception? thrown)
    {
        while (thrown is not (null or StorageException))
        {
            thrown = thrown.InnerException;
        }

        return (StorageException?)thrown;
    }

    /// <summary>What happened, of an SDK's message that goes on with details.</summary>
    /// <param name="message">The message.</param>
    public static string FirstLine(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        string line = end < 0 ? message : message[..end];
        return line.Length > 0 ? line : "The service refused the request.";
    }
}
