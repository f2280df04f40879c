using Azure;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>Conditions as the service takes them.</summary>
internal static class AzureConditions
{
    public static BlobRequestConditions? Of(WriteCondition condition) => condition switch
    {
        { IsNone: true } => null,
        { IfMatch: not null } =>
            throw new NotSupportedException("Azure cannot compare this library's ETag. The core must send a revision instead."),
        { IfAbsent: true, IfRevision: not null } => throw new StorageException(
            StorageErrorCode.PreconditionFailed, "A write cannot require both no object and an object of a revision."),
        { IfAbsent: true } => new BlobRequestConditions { IfNoneMatch = ETag.All },
        _ => new BlobRequestConditions { IfMatch = AzureProperties.Quoted(condition.IfRevision!) },
    };

    /// <summary>
    /// Forwards conditions that the service evaluates as HTTP does, which saves sending unneeded bodies. The service does not know this
    /// library's ETags.
    /// </summary>
    public static BlobRequestConditions? Of(ReadConditions conditions, string? revision) =>
        conditions.IsNone && revision is null ? null : new()
        {
            IfMatch = revision is null ? null : AzureProperties.Quoted(revision),
            IfUnmodifiedSince = revision is null && conditions.IfMatch is null ? conditions.IfUnmodifiedSince : null,
            IfModifiedSince = conditions is { IfMatch: null, IfNoneMatch: null, IfUnmodifiedSince: null }
                ? conditions.IfModifiedSince
                : null,
        };
}
