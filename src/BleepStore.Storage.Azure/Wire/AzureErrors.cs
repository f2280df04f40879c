using System.Collections.Frozen;
using System.Globalization;
using System.Xml;
using Azure;
using Azure.Identity;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// The only place where the SDK's exceptions become <see cref="StorageException"/>s. Azure's error code decides, else the status. A message
/// is never searched.
/// </summary>
/// <remarks>Source: "Blob Storage error codes" and "Common REST API error codes", Azure Storage REST API.</remarks>
internal static class AzureErrors
{
    /// <summary>The source of a copy cannot be read. The status has the reason.</summary>
    public const string CannotVerifyCopySource = "CannotVerifyCopySource";

    /// <summary>The advice for a blob in the archive tier.</summary>
    public const string Archived = "The blob is archived. Set its tier to Hot, Cool or Cold, wait until it is rehydrated, then try again.";

    private const string CopySourceErrorCode = "x-ms-copy-source-error-code";

    private static readonly FrozenDictionary<string, StorageErrorCode> ByCode = new Dictionary<string, StorageErrorCode>(
        StringComparer.Ordinal)
    {
        ["BlobNotFound"] = StorageErrorCode.NoSuchKey,
        ["ResourceNotFound"] = StorageErrorCode.NoSuchKey,
        ["ContainerNotFound"] = StorageErrorCode.NoSuchBucket,
        ["ContainerDisabled"] = StorageErrorCode.NoSuchBucket,
        ["ContainerAlreadyExists"] = StorageErrorCode.BucketAlreadyExists,
        ["ContainerBeingDeleted"] = StorageErrorCode.OperationAborted,
        ["InvalidResourceName"] = StorageErrorCode.InvalidKey,
        ["BlobAlreadyExists"] = StorageErrorCode.PreconditionFailed,
        ["ConditionNotMet"] = StorageErrorCode.PreconditionFailed,
        ["TargetConditionNotMet"] = StorageErrorCode.PreconditionFailed,
        ["SourceConditionNotMet"] = StorageErrorCode.PreconditionFailed,
        ["InvalidBlockList"] = StorageErrorCode.UploadInvalidated,
        ["InvalidBlobOrBlock"] = StorageErrorCode.OperationAborted,
        ["InvalidBlobType"] = StorageErrorCode.NotSupported,
        ["BlockCountExceedsLimit"] = StorageErrorCode.InsufficientStorage,
        ["BlockListTooLong"] = StorageErrorCode.EntityTooLarge,
        ["RequestBodyTooLarge"] = StorageErrorCode.EntityTooLarge,
        ["MetadataTooLarge"] = StorageErrorCode.MetadataTooLarge,
        ["Md5Mismatch"] = StorageErrorCode.BadDigest,
        ["InvalidRange"] = StorageErrorCode.InvalidRange,
        ["LeaseIdMissing"] = StorageErrorCode.OperationAborted,
        ["LeaseIdMismatchWithBlobOperation"] = StorageErrorCode.OperationAborted,
        ["LeaseIdMismatchWithContainerOperation"] = StorageErrorCode.OperationAborted,
        ["LeaseLost"] = StorageErrorCode.OperationAborted,
        ["LeaseNotPresentWithBlobOperation"] = StorageErrorCode.OperationAborted,
        ["LeaseNotPresentWithContainerOperation"] = StorageErrorCode.OperationAborted,
        ["PendingCopyOperation"] = StorageErrorCode.OperationAborted,
        ["SnapshotsPresent"] = StorageErrorCode.OperationAborted,
        ["BlobImmutableDueToPolicy"] = StorageErrorCode.AccessDenied,
        ["UnauthorizedBlobOverwrite"] = StorageErrorCode.AccessDenied,
        ["BlobArchived"] = StorageErrorCode.InvalidObjectState,
        ["BlobBeingRehydrated"] = StorageErrorCode.InvalidObjectState,
        ["BlobTierInadequateForContentLength"] = StorageErrorCode.NotSupported,
        ["InvalidBlobTier"] = StorageErrorCode.NotSupported,
        ["AuthenticationFailed"] = StorageErrorCode.AuthenticationFailed,
        ["InvalidAuthenticationInfo"] = StorageErrorCode.AuthenticationFailed,
        ["NoAuthenticationInformation"] = StorageErrorCode.AuthenticationFailed,
        ["AccountIsDisabled"] = StorageErrorCode.AccessDenied,
        ["OperationTimedOut"] = StorageErrorCode.RequestTimeout,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The codes that the table has.</summary>
    public static IEnumerable<string> KnownCodes => ByCode.Keys;

    /// <param name="thrown">The exception of a call into the SDK.</param>
    /// <param name="mayHaveLanded">For a write, whether it may have been sent before. <see langword="null"/> for a read.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>
    /// The exception to throw instead. <see langword="null"/> for an exception that passes through unchanged, which is cancellation by the
    /// caller, a bad argument, or an exception of this library.
    /// </returns>
    public static StorageException? Map(Exception thrown, bool? mayHaveLanded, CancellationToken cancellationToken)
    {
        Exception last = thrown is AggregateException { InnerExceptions: [.., var inner] } ? inner : thrown;
        if (UpstreamErrors.Own(last) is { } own)
        {
            return ReferenceEquals(own, thrown) ? null : own;
        }

        return last switch
        {
            RequestFailedException { Status: >= 200 and < 400 and not 304 } odd => Unproven(
                new UnprovenAnswerException(
                    $"The answer to the request ({odd.Status}) is not Azure's. Look for a proxy or a portal between this machine and " +
                    "the account.",
                    odd.Status,
                    odd), mayHaveLanded),
            RequestFailedException { Status: > 0 } failed => FromAnswer(failed, mayHaveLanded),
            UnprovenAnswerException unproven => Unproven(unproven, mayHaveLanded),
            AuthenticationFailedException or AuthenticationRequiredException => new StorageException(
                StorageErrorCode.AuthenticationFailed,
                $"The credential did not return a token: {UpstreamErrors.FirstLine(last.Message)}",
                thrown),
            OperationCanceledException when cancellationToken.IsCancellationRequested => null,
            OperationCanceledException =>
                Unanswered(StorageErrorCode.RequestTimeout, "The service did not answer in time.", thrown, mayHaveLanded),
            RequestFailedException or HttpRequestException or IOException =>
                Unanswered(
                    StorageErrorCode.ServiceUnavailable,
                    $"Azure could not be reached: {UpstreamErrors.FirstLine(last.Message)}",
                    thrown,
                    mayHaveLanded),
            _ => null,
        };
    }

    /// <summary>Returns the exception for the failure of a request that a document answers.</summary>
    /// <param name="thrown">The exception of a call into the SDK.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public static StorageException? MapList(Exception thrown, CancellationToken cancellationToken) =>

        // The SDK does not check the root of the document.
        thrown is XmlException or NullReferenceException or FormatException
            ? Unproven(new UnprovenAnswerException(
                "The answer is not a document of Azure. Look for a proxy or a portal between this machine and the account.",
                status: null,
                thrown), mayHaveLanded: null)
            : Map(thrown, mayHaveLanded: null, cancellationToken);

    /// <summary>The answer does not come from the service, which is therefore unreachable. A write may still have reached it.</summary>
    private static StorageException Unproven(UnprovenAnswerException unproven, bool? mayHaveLanded) =>
        new(StorageErrorCode.ServiceUnavailable, unproven.Message, unproven)
        {
            Status = unproven.Status,
            IsOutcomeUnknown = mayHaveLanded is not null,
        };

    private static StorageException FromAnswer(RequestFailedException failed, bool? mayHaveLanded)
    {
        Response? response = failed.GetRawResponse();

        // The reason why the source of a copy cannot be read is more helpful than the fact.
        string? source = response is not null && response.Headers.TryGetValue(CopySourceErrorCode, out string? said) ? said : null;
        StorageErrorCode code = source is not null && ByCode.TryGetValue(source, out StorageErrorCode known)
            ? known
            : CodeOf(failed.Status, failed.ErrorCode);
        return new StorageException(code, Reason(failed, source ?? failed.ErrorCode, code), failed)
        {
            Status = failed.Status,
            ProviderCode = failed.ErrorCode,
            RequestId = response is not null && response.Headers.TryGetValue("x-ms-request-id", out string? id) ? id : null,
            RetryAfter = RetryAfter(response),
            ObjectSize = code == StorageErrorCode.InvalidRange
                && response is not null
                && response.Headers.TryGetValue("Content-Range", out string? range) ? SizeIn(range) : null,
            IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(failed.Status, mayHaveLanded),
        };
    }

    private static StorageErrorCode CodeOf(int status, string? code)
    {
        return code is not null && ByCode.TryGetValue(code, out StorageErrorCode known) ? known : UpstreamErrors.FromStatus(status);
    }

    private static string Reason(RequestFailedException failed, string? said, StorageErrorCode code) => said switch
    {
        "InvalidBlockList" =>
            "Another write to the key discarded the parts that were staged on it, or they expired. Begin the upload again.",
        "InvalidBlobOrBlock" =>
            "Another tool has staged blocks on this blob, and their ids have another length than those of this library. Commit or " +
            "discard them, then try again.",
        "SnapshotsPresent" => "The blob has snapshots, which this library does not delete. Delete them first.",
        "InvalidBlobType" =>
            "Another tool has created an append blob or a page blob here, which accepts no blocks. Delete it first, then write again.",
        "BlobArchived" => Archived,
        "BlobBeingRehydrated" => "The blob is being rehydrated from the archive tier. Try again when that is done.",
        "ContainerNotFound" =>
            $"The container does not exist. If all buckets share it, correct {nameof(AzureBackendOptions.Container)}, or set "
            + $"{nameof(AzureBackendOptions.CreateContainer)}. If each bucket has its own, create the bucket.",
        "ContainerBeingDeleted" => "The container is still being deleted. Azure needs 30 seconds or more for this. Try again later.",
        "SourceConditionNotMet" => UpstreamErrors.ReplacedSource,
        _ => UpstreamErrors.Reason(code, failed.Message),
    };

    private static StorageException Unanswered(StorageErrorCode code, string reason, Exception thrown, bool? mayHaveLanded) =>
        new(code, reason, thrown) { IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(thrown, mayHaveLanded) };

    /// <summary>How long the service asks to wait.</summary>
    public static TimeSpan? RetryAfter(Response? response)
    {
        if (response is null)
        {
            return null;
        }

        if (response.Headers.TryGetValue("x-ms-retry-after-ms", out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return response.Headers.TryGetValue("Retry-After", out text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    /// <summary>The size in <c>bytes */123</c> or <c>bytes 0-9/123</c>.</summary>
    public static long? SizeIn(string? contentRange) =>
        contentRange is not null && long.TryParse(
            contentRange.AsSpan(contentRange.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? size
            : null;
}
