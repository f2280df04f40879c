using System.Collections.Frozen;
using BleepStore.Storage.Backends.Toolkit;
using Google;
using Google.Apis.Requests;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// The only place where the SDK's exceptions become <see cref="StorageException"/>s. The <c>reason</c> in the service's JSON decides, else
/// the status. A message is never searched.
/// </summary>
/// <remarks>Source: "HTTP status and error codes for JSON", Cloud Storage JSON API.</remarks>
internal static class GcpErrors
{
    private const string Payer =
        $" Set {nameof(GcpBackendOptions.UserProject)} to the project that pays, because the bucket's owner does not.";

    private const string RequestIdHeader = "X-GUploader-UploadID";

    private static readonly FrozenDictionary<string, StorageErrorCode> ByReason = new Dictionary<string, StorageErrorCode>(
        StringComparer.Ordinal)
    {
        ["authError"] = StorageErrorCode.AuthenticationFailed,
        ["accountDisabled"] = StorageErrorCode.AccessDenied,
        ["countryBlocked"] = StorageErrorCode.AccessDenied,
        ["forbidden"] = StorageErrorCode.AccessDenied,
        ["insufficientPermissions"] = StorageErrorCode.AccessDenied,
        ["objectUnderActiveHold"] = StorageErrorCode.AccessDenied,
        ["retentionPolicyNotMet"] = StorageErrorCode.AccessDenied,
        ["sslRequired"] = StorageErrorCode.AccessDenied,
        ["notFound"] = StorageErrorCode.NoSuchKey,
        ["conditionNotMet"] = StorageErrorCode.PreconditionFailed,
        ["requestedRangeNotSatisfiable"] = StorageErrorCode.InvalidRange,
        ["uploadTooLarge"] = StorageErrorCode.EntityTooLarge,
        ["rateLimitExceeded"] = StorageErrorCode.SlowDown,
        ["usageLimits"] = StorageErrorCode.SlowDown,
        ["quotaExceeded"] = StorageErrorCode.SlowDown,
        ["userRateLimitExceeded"] = StorageErrorCode.SlowDown,
        ["uploadBrokenConnection"] = StorageErrorCode.RequestTimeout,
        ["backendError"] = StorageErrorCode.ServiceUnavailable,
        ["internalError"] = StorageErrorCode.ServiceUnavailable,
        ["notImplemented"] = StorageErrorCode.NotSupported,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The codes that the table has, which Google calls reasons.</summary>
    public static IEnumerable<string> KnownCodes => ByReason.Keys;

    /// <param name="thrown">The exception of a call into the SDK.</param>
    /// <param name="mayHaveLanded">For a write, whether it may have been sent more than once. <see langword="null"/> for a read.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>
    /// The exception to throw instead. <see langword="null"/> for an exception that passes through unchanged. That is a cancellation by the
    /// caller, a bad argument, or an exception of this library.
    /// </returns>
    public static StorageException? Map(Exception thrown, bool? mayHaveLanded, CancellationToken cancellationToken)
    {
        if (UpstreamErrors.Own(thrown) is { } own)
        {
            return ReferenceEquals(own, thrown) ? null : own;
        }

        return thrown switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested => null,
            OperationCanceledException =>
                Unanswered(StorageErrorCode.RequestTimeout, "The service did not answer in time.", thrown, mayHaveLanded),
            GoogleApiException or HttpRequestException or IOException =>
                Unanswered(
                    StorageErrorCode.ServiceUnavailable,
                    $"Google Cloud Storage could not be reached: {UpstreamErrors.FirstLine(thrown.Message)}",
                    thrown,
                    mayHaveLanded),
            _ => null,
        };
    }

    /// <summary>A success without the proof that the service's answer has.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="missing">The missing proof.</param>
    /// <param name="isWrite">Whether the request is a write, so its outcome is unknown.</param>
    /// <param name="cause">The exception of reading it.</param>
    public static StorageException Unproved(HttpResponseMessage response, string missing, bool isWrite, Exception? cause) => new(
        StorageErrorCode.InternalError,
        $"The answer was {(int)response.StatusCode} without {missing}, so it proves nothing. "
        + $"Check the server at {nameof(GcpBackendOptions.ServiceUrl)}, because a proxy, a portal or another service may have answered.",
        cause)
    {
        Status = (int)response.StatusCode,
        RequestId = RequestIdOf(response),
        IsOutcomeUnknown = isWrite,
    };

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } until } => until - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>A refusal.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="error">Its JSON, where it has some.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mayHaveLanded">For a write, whether it may have been sent more than once. <see langword="null"/> for a read.</param>
    public static StorageException FromAnswer(HttpResponseMessage response, RequestError? error, TimeProvider time, bool? mayHaveLanded)
    {
        int status = (int)response.StatusCode;
        string? reason = error?.Errors is [{ Reason: { Length: > 0 } given }, ..] ? given : null;
        string message = UpstreamErrors.FirstLine(error?.Message ?? "");
        StorageErrorCode code = CodeOf(status, reason);
        string advice = code == StorageErrorCode.AuthenticationFailed ? AdviceFor(response) : IsUnpaid(status, reason) ? Payer : "";
        return new StorageException(
            code,
            code is StorageErrorCode.NoSuchKey or StorageErrorCode.PreconditionFailed
                ? $"{UpstreamErrors.Reason(code, message)} Google says: {message}{advice}"
                : message + advice,
            new GoogleApiException("storage", message) { Error = error, HttpStatusCode = response.StatusCode })
        {
            Status = status,
            ProviderCode = reason,
            RequestId = RequestIdOf(response),
            RetryAfter = RetryAfter(response, time),
            ObjectSize = code == StorageErrorCode.InvalidRange ? response.Content.Headers.ContentRange?.Length : null,
            IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(status, mayHaveLanded),
        };
    }

    private static string? RequestIdOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(RequestIdHeader, out IEnumerable<string>? ids) ? ids.FirstOrDefault() : null;

    /// <summary>A new token was tried already, where the credential gives any.</summary>
    private static string AdviceFor(HttpResponseMessage response) => response.RequestMessage?.Headers.Authorization is null
        ? $" The request had no credential, because {nameof(GcpBackendOptions.UnauthenticatedAccess)} is set."
        : $" The credential's token was refused. Check whether the account of {nameof(GcpBackendOptions.CredentialsFile)}, "
        + $"{nameof(GcpBackendOptions.CredentialFactory)} or else of the application default credentials still exists, is enabled and " +
        "has this "
        + "key.";

    /// <summary>Of the parameters that a request can need, this library leaves out only the project that pays ("Requester Pays").</summary>
    private static bool IsUnpaid(int status, string? reason) => status == 400 && reason == "required";

    private static StorageErrorCode CodeOf(int status, string? reason)
    {
        if (IsUnpaid(status, reason))
        {
            return StorageErrorCode.AccessDenied;
        }

        // "required" means a missing token (401) or a missing parameter (400).
        bool isKnown = ByReason.TryGetValue(reason ?? "", out StorageErrorCode known) && status != 401;
        return isKnown ? known : UpstreamErrors.FromStatus(status);
    }

    private static StorageException Unanswered(StorageErrorCode code, string reason, Exception thrown, bool? mayHaveLanded) =>
        new(code, reason, thrown) { IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(thrown, mayHaveLanded) };
}
