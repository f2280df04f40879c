using System.Collections.Frozen;
using BleepStore.Storage;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend;

/// <summary>The only place where the errors of the service become those of the library.</summary>
internal static class DepotErrors
{
    /// <summary>Codes of the service that say more than the status does.</summary>
    private static readonly FrozenDictionary<string, StorageErrorCode> Codes = new Dictionary<string, StorageErrorCode>
    {
        ["NoSuchBucket"] = StorageErrorCode.NoSuchBucket,
        ["BucketExists"] = StorageErrorCode.BucketAlreadyExists,
        ["BucketNotEmpty"] = StorageErrorCode.BucketNotEmpty,
        ["BadDigest"] = StorageErrorCode.BadDigest,
    }.ToFrozenDictionary();

    /// <summary>A refusal.</summary>
    public static StorageException Refused(HttpResponseMessage answer, bool isWrite)
    {
        int status = (int)answer.StatusCode;
        string? reason = Header(answer, "Depot-Error");
        StorageErrorCode code =
            reason is not null && Codes.TryGetValue(reason, out StorageErrorCode known) ? known : UpstreamErrors.FromStatus(status);
        return new StorageException(code, $"The service refused the request: {reason ?? answer.ReasonPhrase}.")
        {
            Status = status,
            ProviderCode = reason,
            RequestId = RequestId(answer),
            RetryAfter = answer.Headers.RetryAfter?.Delta,
            ObjectSize = answer.Content.Headers.ContentRange?.Length,
            IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(status, MayHaveLanded(isWrite)),
        };
    }

    /// <summary>A request without an answer.</summary>
    /// <returns>
    /// <see langword="null"/> for exceptions that pass through unchanged, which are cancellation by the caller and the backend's own
    /// errors.
    /// </returns>
    public static StorageException? Unanswered(Exception thrown, bool isWrite) => thrown is not (HttpRequestException or IOException)
        ? null
        : UpstreamErrors.Own(thrown) ?? new StorageException(
            StorageErrorCode.ServiceUnavailable, $"The service could not be reached: {UpstreamErrors.FirstLine(thrown.Message)}", thrown)
        {
            IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(thrown, MayHaveLanded(isWrite)),
        };

    /// <summary>A success that lacks what an answer of the service has. Something in between can have given it.</summary>
    public static StorageException Unproved(HttpResponseMessage answer, string missing, bool isWrite) => new(
        StorageErrorCode.InternalError,
        $"The answer was {(int)answer.StatusCode} without {missing}. Check what answers at {nameof(DepotBackendOptions.ServiceUrl)}.")
    {
        Status = (int)answer.StatusCode,
        RequestId = RequestId(answer),
        IsOutcomeUnknown = isWrite,
    };

    /// <summary>Returns the id that the service gives every request.</summary>
    public static string? RequestId(HttpResponseMessage answer) => Header(answer, "Depot-Request-Id");

    /// <summary>Every request is sent once, so a write has not landed before. A read cannot land.</summary>
    private static bool? MayHaveLanded(bool isWrite) => isWrite ? false : null;

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
}
