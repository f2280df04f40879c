namespace BleepStore.Storage;

/// <summary>Under which conditions to delete. Immutable and thread-safe.</summary>
public sealed record DeleteOptions
{
    /// <summary>
    /// Delete only an object with this ETag, or any object with <c>"*"</c>. Another object, or none, fails with
    /// <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Delete only this revision (<see cref="ObjectProperties.Revision"/>), else <see cref="StorageErrorCode.PreconditionFailed"/>. By
    /// default there is no condition.
    /// </summary>
    public string? IfRevision { get; init; }
}
