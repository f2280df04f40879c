using System.Net.Sockets;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The error handling that all HTTP services share. Thread-safe.</summary>
public static class UpstreamErrors
{
    /// <summary>Returns the code of a status where the service's own error code is not more exact.</summary>
    /// <param name="status">The HTTP status of a failed answer.</param>
    /// <remarks>Source: "HTTP Semantics", RFC 9110, section 15. 429 is from RFC 6585, and 507 from RFC 4918.</remarks>
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

    /// <summary>Returns whether the outcome of a write is unknown after the service refused it.</summary>
    /// <param name="status">The HTTP status of the refusal.</param>
    /// <param name="mayHaveLanded">For a write, whether it may have been sent more than once. <see langword="null"/> for a read.</param>
    /// <remarks>
    /// A request that was sent more than once may have taken effect the first time. A server that failed may have failed after the write.
    /// 501 is definite. The server does not have the method or the option, so no earlier attempt can have taken effect either.
    /// </remarks>
    public static bool IsOutcomeUnknown(int status, bool? mayHaveLanded) =>
        status != 501 && mayHaveLanded is { } sentTwice && (sentTwice || status >= 500 || status == 408);

    /// <summary>Returns whether the outcome of a write is unknown after it failed without an answer.</summary>
    /// <param name="thrown">
    /// The exception that the transport or the SDK threw for the last attempt, or an <see cref="AggregateException"/> of all attempts.
    /// </param>
    /// <param name="mayHaveLanded">
    /// For a write, whether an attempt may have been sent that <paramref name="thrown"/> does not cover. <see langword="null"/> for a read.
    /// </param>
    public static bool IsOutcomeUnknown(Exception? thrown, bool? mayHaveLanded) =>
        mayHaveLanded is { } sentBefore && (sentBefore || !WasNeverSent(thrown));

    /// <summary>Returns whether a failure proves that no byte of the request reached the service.</summary>
    /// <remarks>
    /// <para>
    /// Such failures are a name that could not be resolved, a connection that was refused, a proxy that gave no tunnel, and a TLS handshake
    /// that failed. A connection that broke later is not among them, because the service may have read the request.
    /// </para>
    /// <para>
    /// An <see cref="AggregateException"/> qualifies only when all its exceptions do. The result is about the attempts in the exception
    /// alone. <see cref="System.Net.Http.SocketsHttpHandler"/> repeats a request without content on a new connection and reports only the
    /// last failure. So the caller must know of earlier attempts from elsewhere.
    /// </para>
    /// </remarks>
    /// <param name="thrown">The failure, with its causes inside.</param>
    public static bool WasNeverSent(Exception? thrown)
    {
        for (Exception? cause = thrown; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AggregateException attempts:
                    return attempts.InnerExceptions.Count > 0 && attempts.InnerExceptions.All(WasNeverSent);
                case HttpRequestException
                {
                    HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                    or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
                }:
                    return true;
                case SocketException socket:
                    return IsBeforeConnection(socket.SocketErrorCode);
            }
        }

        return false;
    }

    /// <summary>Creates a failure with another code and reason. It keeps the service's own data.</summary>
    /// <param name="cause">The failure.</param>
    /// <param name="code">The new code.</param>
    /// <param name="reason">The reason and the remedy, for the message.</param>
    /// <param name="isOutcomeUnknown">
    /// Whether the outcome of the write is unknown. By default it is taken from <paramref name="cause"/>.
    /// </param>
    /// <param name="objectSize">
    /// For <see cref="StorageErrorCode.InvalidRange"/>, the object's size in bytes. The default is unknown.
    /// </param>
    /// <returns>
    /// An exception with the status, the service's code, the request id, the wait and the inner exception of <paramref name="cause"/>.
    /// </returns>
    public static StorageException Recode(
        StorageException cause, StorageErrorCode code, string reason, bool? isOutcomeUnknown = null, long? objectSize = null)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return new StorageException(code, reason, cause.InnerException)
        {
            Status = cause.Status,
            ProviderCode = cause.ProviderCode,
            RequestId = cause.RequestId,
            RetryAfter = cause.RetryAfter,
            IsOutcomeUnknown = isOutcomeUnknown ?? cause.IsOutcomeUnknown,
            ObjectSize = objectSize,
        };
    }

    /// <summary>
    /// Says of a failed write that an earlier attempt may have taken effect. For decorators that repeat writes. The core then looks for the
    /// write by its token, where it has one.
    /// </summary>
    /// <param name="error">The failure of the last attempt.</param>
    /// <returns>The same failure, with <see cref="StorageException.IsOutcomeUnknown"/> set.</returns>
    public static StorageException OfUnknownOutcome(StorageException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.WithOutcome(isUnknown: true);
    }

    /// <summary>
    /// Finds this library's own exception inside another. A body that fails while it is sent throws through the transport, which wraps the
    /// exception.
    /// </summary>
    /// <param name="thrown">The thrown exception.</param>
    /// <returns><paramref name="thrown"/> itself or its first cause of this library, or <see langword="null"/>.</returns>
    public static StorageException? Own(Exception? thrown)
    {
        while (thrown is not (null or StorageException))
        {
            thrown = thrown.InnerException;
        }

        return (StorageException?)thrown;
    }

    /// <summary>The reason when the source of a copy is not the one that was read.</summary>
    public const string ReplacedSource = "The source was replaced while it was copied. Copy it again.";

    /// <summary>Returns the failure of a copy without conditions of the caller. The condition that failed was on the source.</summary>
    /// <param name="error">The service's refusal.</param>
    public static StorageException SourceReplaced(StorageException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Recode(error, error.Code, ReplacedSource);
    }

    /// <summary>
    /// Returns the reason for a refusal. Where every upstream means the same, the reason is the same on all backends and says what to do.
    /// Otherwise it is the first line of the SDK's message.
    /// </summary>
    /// <param name="code">The code of the refusal.</param>
    /// <param name="message">The SDK's message.</param>
    public static string Reason(StorageErrorCode code, string message) => code switch
    {
        StorageErrorCode.NoSuchKey => "The object does not exist.",
        StorageErrorCode.PreconditionFailed =>
            "The condition does not hold for the object that is there now. Read it again, then decide.",
        _ => FirstLine(message),
    };

    /// <summary>Returns the first line of an SDK's message, without the details that follow.</summary>
    /// <param name="message">The message.</param>
    public static string FirstLine(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        string line = end < 0 ? message : message[..end];
        return line.Length > 0 ? line : "The service refused the request.";
    }

    /// <summary>Only errors that an open connection cannot have. A host can become unreachable while a request is under way.</summary>
    private static bool IsBeforeConnection(SocketError error) => error is
        SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoRecovery or SocketError.NoData
        or SocketError.AddressNotAvailable or SocketError.TooManyOpenSockets;
}
