namespace BleepStore.Storage;

/// <summary>Under which conditions a multipart upload is completed. Immutable and thread-safe.</summary>
public sealed record CompleteOptions
{
    /// <summary>
    /// Write only over an object with this ETag, or over any with <c>"*"</c>, else <see cref="StorageErrorCode.PreconditionFailed"/>. By
    /// default there is no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Write only where no object exists (<c>If-None-Match: *</c>), else <see cref="StorageErrorCode.PreconditionFailed"/>. Together with
    /// <see cref="IfMatch"/> or <see cref="IfRevision"/> it is <see cref="ArgumentException"/>. The default is <see langword="false"/>.
    /// </summary>
    public bool IfAbsent { get; init; }

    /// <summary>
    /// Write only over this revision (<see cref="ObjectProperties.Revision"/>), else <see cref="StorageErrorCode.PreconditionFailed"/>. By
    /// default there is no condition.
    /// </summary>
    public string? IfRevision { get; init; }
}
