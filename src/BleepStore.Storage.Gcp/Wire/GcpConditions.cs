using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Conditions as the service takes them.</summary>
internal static class GcpConditions
{
    /// <summary>The condition in the service's form, which is a generation, or 0 for no object.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/> when the condition can never hold.</exception>
    public static long? Generation(WriteCondition condition) => condition switch
    {
        { IsNone: true } => null,
        { IfMatch: not null } =>
            throw new NotSupportedException("Google cannot compare this library's ETag. The core must send a revision instead."),
        { IfAbsent: true, IfRevision: not null } => throw new StorageException(
            StorageErrorCode.PreconditionFailed, "A write cannot require both no object and an object of a revision."),
        { IfAbsent: true } => 0,
        _ => GcpProperties.Generation(condition.IfRevision!) is { } generation and not 0
            ? generation
            : throw new StorageException(
                StorageErrorCode.PreconditionFailed,
                $"No object has the revision {condition.IfRevision}, because Google's revisions are numbers."),
    };
}
