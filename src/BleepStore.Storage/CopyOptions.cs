namespace BleepStore.Storage;

/// <summary>How to copy: what becomes of the attributes, and the conditions on both sides. Immutable and thread-safe.</summary>
public sealed record CopyOptions
{
    /// <summary>The attributes of the copy, all of them. Default: <see langword="null"/>, the source's are kept.</summary>
    public ObjectAttributes? Attributes { get; init; }

    /// <summary>Copy only a source with this ETag, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? SourceIfMatch { get; init; }

    /// <summary>Copy only a source with another ETag, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? SourceIfNoneMatch { get; init; }

    /// <summary>Copy only a source written after this instant, to the second, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public DateTimeOffset? SourceIfModifiedSince { get; init; }

    /// <summary>Copy only a source not written after this instant, to the second, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public DateTimeOffset? SourceIfUnmodifiedSince { get; init; }

    /// <summary>Copy only this revision of the source, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? SourceIfRevision { get; init; }

    /// <summary>Write only over a destination with this ETag, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Only <c>"*"</c>: write only where there is no object, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>Write only over this revision of the destination, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfRevision { get; init; }
}
