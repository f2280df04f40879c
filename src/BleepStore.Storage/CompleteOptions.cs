namespace BleepStore.Storage;

/// <summary>Under which conditions a multipart upload is completed. Immutable and thread-safe.</summary>
public sealed record CompleteOptions
{
    /// <summary>Write only over an object with this ETag, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Only <c>"*"</c>: write only where there is no object, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>Write only over this revision (<see cref="ObjectProperties.Revision"/>), else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfRevision { get; init; }
}
