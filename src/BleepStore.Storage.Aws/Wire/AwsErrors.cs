using System.Collections.Frozen;
using System.Globalization;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// The only place where the SDK's exceptions become <see cref="StorageException"/>s. The service's error code decides, else the status. A
/// message is never searched.
/// </summary>
/// <remarks>Source: "Error responses", Amazon S3 API Reference. Codes of other servers are from their own documentation.</remarks>
internal static class AwsErrors
{
    /// <summary>Another write to the key was under way, on Amazon's S3.</summary>
    private const string ConditionalRequestConflict = "ConditionalRequestConflict";

    /// <summary>The same on Ceph 20.</summary>
    private const string ConcurrentModification = "ConcurrentModification";

    /// <summary>The same on Ceph 16, which has no name for it and calls it a failure.</summary>
    private const string UnknownError = "UnknownError";

    /// <summary>The same, of other requests.</summary>
    private const string OperationAborted = "OperationAborted";

    private static readonly FrozenDictionary<string, StorageErrorCode> ByCode =
        new Dictionary<string, StorageErrorCode>(StringComparer.Ordinal)
        {
            ["NoSuchKey"] = StorageErrorCode.NoSuchKey,
            ["NoSuchVersion"] = StorageErrorCode.NoSuchKey,
            ["NoSuchBucket"] = StorageErrorCode.NoSuchBucket,
            ["NoSuchUpload"] = StorageErrorCode.NoSuchUpload,
            ["BucketAlreadyExists"] = StorageErrorCode.BucketAlreadyExists,
            ["BucketAlreadyOwnedByYou"] = StorageErrorCode.BucketAlreadyExists,
            ["BucketNotEmpty"] = StorageErrorCode.BucketNotEmpty,
            ["InvalidBucketName"] = StorageErrorCode.InvalidBucketName,
            ["KeyTooLongError"] = StorageErrorCode.InvalidKey,
            ["XMinioInvalidObjectName"] = StorageErrorCode.InvalidKey,
            ["InvalidPart"] = StorageErrorCode.InvalidPart,
            ["InvalidPartOrder"] = StorageErrorCode.InvalidPartOrder,
            ["EntityTooSmall"] = StorageErrorCode.EntityTooSmall,
            ["EntityTooLarge"] = StorageErrorCode.EntityTooLarge,
            ["MetadataTooLarge"] = StorageErrorCode.MetadataTooLarge,
            ["BadDigest"] = StorageErrorCode.BadDigest,
            ["InvalidDigest"] = StorageErrorCode.BadDigest,
            ["XAmzContentSHA256Mismatch"] = StorageErrorCode.BadDigest,
            ["XAmzContentChecksumMismatch"] = StorageErrorCode.BadDigest,
            ["IncompleteBody"] = StorageErrorCode.IncompleteBody,
            ["InvalidRange"] = StorageErrorCode.InvalidRange,
            ["PreconditionFailed"] = StorageErrorCode.PreconditionFailed,
            ["NotModified"] = StorageErrorCode.NotModified,
            [ConditionalRequestConflict] = StorageErrorCode.OperationAborted,
            [ConcurrentModification] = StorageErrorCode.OperationAborted,
            [OperationAborted] = StorageErrorCode.OperationAborted,
            ["InvalidObjectState"] = StorageErrorCode.InvalidObjectState,
            ["ObjectNotInActiveTierError"] = StorageErrorCode.InvalidObjectState,
            ["AccessDenied"] = StorageErrorCode.AccessDenied,
            ["AllAccessDisabled"] = StorageErrorCode.AccessDenied,
            ["AccountProblem"] = StorageErrorCode.AccessDenied,
            ["KMS.DisabledException"] = StorageErrorCode.AccessDenied,
            ["KMS.InvalidStateException"] = StorageErrorCode.AccessDenied,
            ["KMS.KMSInvalidStateException"] = StorageErrorCode.AccessDenied,
            ["KMS.NotFoundException"] = StorageErrorCode.AccessDenied,
            ["InvalidAccessKeyId"] = StorageErrorCode.AuthenticationFailed,
            ["SignatureDoesNotMatch"] = StorageErrorCode.AuthenticationFailed,
            ["ExpiredToken"] = StorageErrorCode.AuthenticationFailed,
            ["InvalidToken"] = StorageErrorCode.AuthenticationFailed,
            ["TokenRefreshRequired"] = StorageErrorCode.AuthenticationFailed,
            ["RequestTimeTooSkewed"] = StorageErrorCode.AuthenticationFailed,
            ["RequestExpired"] = StorageErrorCode.AuthenticationFailed,
            ["AuthorizationHeaderMalformed"] = StorageErrorCode.AuthenticationFailed,
            ["SlowDown"] = StorageErrorCode.SlowDown,
            ["Throttling"] = StorageErrorCode.SlowDown,
            ["ThrottlingException"] = StorageErrorCode.SlowDown,
            ["TooManyRequests"] = StorageErrorCode.SlowDown,
            ["RequestLimitExceeded"] = StorageErrorCode.SlowDown,
            ["BandwidthLimitExceeded"] = StorageErrorCode.SlowDown,
            ["RequestTimeout"] = StorageErrorCode.RequestTimeout,
            ["ServiceUnavailable"] = StorageErrorCode.ServiceUnavailable,
            ["InternalError"] = StorageErrorCode.ServiceUnavailable,
            ["QuotaExceeded"] = StorageErrorCode.InsufficientStorage,
            ["TooManyBuckets"] = StorageErrorCode.InsufficientStorage,
            ["XMinioStorageFull"] = StorageErrorCode.InsufficientStorage,
            ["InvalidStorageClass"] = StorageErrorCode.NotSupported,
            ["IllegalLocationConstraintException"] = StorageErrorCode.NotSupported,
            ["InvalidLocationConstraint"] = StorageErrorCode.NotSupported,
            ["InvalidEncryptionAlgorithmError"] = StorageErrorCode.NotSupported,
            ["TooManyParts"] = StorageErrorCode.NotSupported,
            ["NotImplemented"] = StorageErrorCode.NotSupported,
            ["MethodNotAllowed"] = StorageErrorCode.NotSupported,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The codes that the table has.</summary>
    public static IEnumerable<string> KnownCodes => ByCode.Keys;

    /// <param name="thrown">The exception of a call into the SDK.</param>
    /// <param name="mayHaveLanded">For a write, whether it may have been sent more than once. <see langword="null"/> for a read.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>
    /// The exception to throw instead. <see langword="null"/> for an exception that passes through unchanged, which is cancellation by the
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
            AmazonUnmarshallingException or XmlException or FormatException or OverflowException =>
                Unanswered(
                    StorageErrorCode.ServiceUnavailable,
                    "The answer could not be read. Look for a proxy or a login page between this machine and S3.",
                    thrown,
                    mayHaveLanded),
            AmazonServiceException failed when (int)failed.StatusCode > 0 => FromAnswer(failed, mayHaveLanded),
            AmazonServiceException or AmazonClientException => new StorageException(
                StorageErrorCode.AuthenticationFailed, $"The credential did not return a key: {FirstLine(thrown.Message)}", thrown),
            OperationCanceledException when cancellationToken.IsCancellationRequested => null,
            OperationCanceledException or TimeoutException =>
                Unanswered(StorageErrorCode.RequestTimeout, "The service did not answer in time.", thrown, mayHaveLanded),
            HttpRequestException or IOException or System.Net.WebException =>
                Unanswered(
                    StorageErrorCode.ServiceUnavailable, $"S3 could not be reached: {FirstLine(thrown.Message)}", thrown, mayHaveLanded),
            ObjectDisposedException => null,
            ArgumentException or InvalidOperationException or NotSupportedException =>
                Unanswered(
                    StorageErrorCode.InternalError,
                    $"The SDK could not send the request or read its answer: {FirstLine(thrown.Message)}",
                    thrown,
                    mayHaveLanded),
            _ => null,
        };
    }

    /// <summary>Returns whether a refusal (409) means that another write to the key was in progress.</summary>
    public static bool IsConflict(StorageException error) =>
        error.ProviderCode is ConditionalRequestConflict or ConcurrentModification or OperationAborted;

    /// <summary>Whether a failure (500) can be that of a write that met another one. Whether the write has landed is not known.</summary>
    public static bool CanBeConflict(int? status, string? code) => status == 500 && code == UnknownError;

    /// <summary>
    /// Returns whether a failure means that the server does not know the request. A redirect proves nothing about the server.
    /// </summary>
    public static bool IsUnknownRequest(StorageException error) => error.Code == StorageErrorCode.NotSupported && !IsRedirect(error.Status);

    /// <summary>How long the server asks to wait, as the SDK throws it.</summary>
    public static TimeSpan? RetryAfter(Exception thrown) =>
        thrown is AmazonServiceException { InnerException: HttpErrorResponseException { Response: { } answer } }
            ? RetryAfter(answer)
            : null;

    /// <summary>The code of a refusal.</summary>
    public static StorageErrorCode CodeOf(AmazonServiceException refused) => CodeOf((int)refused.StatusCode, refused.ErrorCode);

    /// <summary>Whether one attempt of a write, which failed so, may have taken effect.</summary>
    public static bool MayHaveLanded(Exception thrown) => thrown switch
    {
        AmazonServiceException failed when (int)failed.StatusCode is var status and > 0 => IsOutcomeUnknown(status, mayHaveLanded: false),
        _ => UpstreamErrors.IsOutcomeUnknown(thrown, mayHaveLanded: false),
    };

    /// <summary>The error of one key of many, inside a successful answer.</summary>
    public static StorageException FromEntry(string? code, string? message) =>
        new(CodeOf(status: 0, code), string.IsNullOrEmpty(message) ? "S3 refused it." : FirstLine(message)) { ProviderCode = code };

    /// <summary>The size in <c>bytes */123</c> or <c>bytes 0-9/123</c>.</summary>
    public static long? SizeIn(string? contentRange) =>
        contentRange is not null && long.TryParse(
            contentRange.AsSpan(contentRange.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? size
            : null;

    private static StorageException FromAnswer(AmazonServiceException failed, bool? mayHaveLanded)
    {
        int status = (int)failed.StatusCode;
        IWebResponseData? answer = (failed.InnerException as HttpErrorResponseException)?.Response;

        // If the bucket is somewhere else, the option for the endpoint or region is wrong.
        bool isElsewhere = IsRedirect(status) || (status == 400 && Header(answer, "x-amz-bucket-region") is { Length: > 0 });
        StorageErrorCode code = isElsewhere ? StorageErrorCode.NotSupported : CodeOf(status, failed.ErrorCode);
        return new StorageException(code, Reason(failed, code, answer), failed)
        {
            Status = status,
            ProviderCode = string.IsNullOrEmpty(failed.ErrorCode) ? null : failed.ErrorCode,
            RequestId = string.IsNullOrEmpty(failed.RequestId) ? null : failed.RequestId,
            RetryAfter = RetryAfter(answer),
            ObjectSize = code == StorageErrorCode.InvalidRange ? SizeIn(Header(answer, "Content-Range")) : null,
            IsOutcomeUnknown = IsOutcomeUnknown(status, mayHaveLanded),
        };
    }

    /// <summary>An error inside an answer that began as a success occurred after the work had begun.</summary>
    private static bool IsOutcomeUnknown(int status, bool? mayHaveLanded) =>
        UpstreamErrors.IsOutcomeUnknown(status, mayHaveLanded) || (mayHaveLanded is not null && status is >= 200 and < 300);

    private static bool IsRedirect(int? status) => status is 301 or 302 or 303 or 307 or 308;

    private static StorageErrorCode CodeOf(int status, string? code) =>
        code is not null && ByCode.TryGetValue(code, out StorageErrorCode known) ? known : UpstreamErrors.FromStatus(status);

    private static string Reason(AmazonServiceException failed, StorageErrorCode code, IWebResponseData? answer) => failed.ErrorCode switch
    {
        // The SDK derives codes from a status, such as PermanentRedirect from 308. So the location takes precedence.
        _ when IsRedirect((int)failed.StatusCode) =>
            (Header(answer, "Location") is { Length: > 0 } location ? Redirection.Reason(location, from: null) : null)
            ?? Elsewhere(failed, answer),
        "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" =>
            Elsewhere(failed, answer),
        _ when (int)failed.StatusCode == 400 && Header(answer, "x-amz-bucket-region") is { Length: > 0 } => Elsewhere(failed, answer),
        "InvalidObjectState" or "ObjectNotInActiveTierError" => "The object is archived. Restore it first.",
        "RequestTimeTooSkewed" => "The clock of this machine differs too much from S3's. Set it.",
        "InvalidAccessKeyId" =>
            $"S3 does not know the access key. Correct {nameof(AwsBackendOptions.AccessKeyId)}, or what the SDK's default chain finds.",
        "SignatureDoesNotMatch" =>
            "The secret does not belong to the access key, or a proxy changes requests. Correct " +
            $"{nameof(AwsBackendOptions.SecretAccessKey)}, or what the SDK's default chain finds.",
        "ExpiredToken" or "TokenRefreshRequired" =>
            $"The temporary credential has expired. Renew {nameof(AwsBackendOptions.SessionToken)} and the access key that it belongs " +
            $"to, or set {nameof(AwsBackendOptions.RenewCredential)}.",
        "NoSuchBucket" =>
            $"The bucket does not exist at S3. If all buckets share it, create it or correct {nameof(AwsBackendOptions.Bucket)}. If each "
            + "bucket has its own, create the bucket.",
        "InvalidLocationConstraint" => $"The endpoint cannot create buckets in this region. Correct {nameof(AwsBackendOptions.Region)}.",

        // The answer to a HEAD has no body. The SDK derives a sentence from its status.
        "Forbidden" => "S3 refused the request without a reason. Check the permissions of the credential.",
        "BadRequest" => "S3 refused the request without a reason.",
        "InvalidToken" => $"The session token does not belong to the access key. Set {nameof(AwsBackendOptions.AccessKeyId)}, "
            + $"{nameof(AwsBackendOptions.SecretAccessKey)} and {nameof(AwsBackendOptions.SessionToken)} of one credential.",
        _ => UpstreamErrors.Reason(code, FirstLine(failed.Message)),
    };

    /// <summary>
    /// Every answer about a bucket in another region has the header ("HeadBucket", Amazon S3 API Reference), even an answer without a body.
    /// </summary>
    private static string Elsewhere(AmazonServiceException failed, IWebResponseData? answer) =>
        Header(answer, "x-amz-bucket-region") is { Length: > 0 } region
        ? $"The bucket is in the region '{region}', but requests are sent to another region. Set {nameof(AwsBackendOptions.Region)} to " +
            $"'{region}'."
        : $"The bucket is in another region than the requests. Set {nameof(AwsBackendOptions.Region)}. {FirstLine(failed.Message)}";

    private static StorageException Unanswered(StorageErrorCode code, string reason, Exception thrown, bool? mayHaveLanded) =>
        new(code, reason, thrown) { IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(thrown, mayHaveLanded) };

    /// <summary>Seconds, or a date by the server's own clock ("Retry-After", RFC 9110).</summary>
    private static TimeSpan? RetryAfter(IWebResponseData? answer)
    {
        string? told = Header(answer, "Retry-After");
        if (int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return TryParseDate(told, out DateTimeOffset until) && TryParseDate(Header(answer, "Date"), out DateTimeOffset now)
            ? TimeSpan.FromTicks(Math.Max(0, (until - now).Ticks))
            : null;
    }

    private static bool TryParseDate(string? header, out DateTimeOffset date) =>
        DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);

    private static string? Header(IWebResponseData? answer, string name) =>
        answer?.IsHeaderPresent(name) == true ? answer.GetHeaderValue(name) : null;

    /// <summary>Returns the first line, without any parts of a credential that a server repeats.</summary>
    private static string FirstLine(string message) => Redaction.Apply(UpstreamErrors.FirstLine(message));

    public static StorageException NothingThere(WriteCondition condition, StorageException cause) =>
        UpstreamErrors.Recode(
            cause,
            StorageErrorCode.PreconditionFailed,
            $"The object does not exist, but the condition requires the revision {condition.IfRevision}.");

    /// <summary>Returns whether an upload has ended. Servers differ in their answers then.</summary>
    public static bool IsNoUpload(StorageException error) =>
        error.Code == StorageErrorCode.NoSuchUpload || error is { Status: 404, ProviderCode: not "NoSuchBucket" };
}
