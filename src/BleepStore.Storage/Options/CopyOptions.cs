namespace BleepStore.Storage;

/// <summary>The options of a copy, which are its attributes and the conditions on both sides. Immutable and thread-safe.</summary>
public sealed record CopyOptions
{
    /// <summary>The attributes of the copy, all of them. The default is <see langword="null"/>, which keeps those of the source.</summary>
    public ObjectAttributes? Attributes { get; init; }

    /// <summary>
    /// Copy only a source with one of these ETags, in any form that <see cref="ReadOptions.IfMatch"/> takes, else
    /// <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no condition.
    /// </summary>
    public string? SourceIfMatch { get; init; }

    /// <summary>
    /// Copy only a source with none of these ETags, in any form that <see cref="ReadOptions.IfNoneMatch"/> takes, else
    /// <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no condition.
    /// </summary>
    public string? SourceIfNoneMatch { get; init; }

    /// <summary>
    /// Copy only a source written after this instant, to the second, else <see cref="StorageErrorCode.PreconditionFailed"/>. By default
    /// there is no condition.
    /// </summary>
    public DateTimeOffset? SourceIfModifiedSince { get; init; }

    /// <summary>
    /// Copy only a source not written after this instant, to the second, else <see cref="StorageErrorCode.PreconditionFailed"/>. By default
    /// there is no condition.
    /// </summary>
    public DateTimeOffset? SourceIfUnmodifiedSince { get; init; }

    /// <summary>
    /// Copy only this revision of the source, else <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no condition.
    /// </summary>
    public string? SourceIfRevision { get; init; }

    /// <summary>
    /// Write only over a destination with this ETag, or over any with <c>"*"</c>, else <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// By default there is no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Write only where there is no object (<c>If-None-Match: *</c>), else <see cref="StorageErrorCode.PreconditionFailed"/>. Together with
    /// <see cref="IfMatch"/> or <see cref="IfRevision"/> it is <see cref="ArgumentException"/>. The default is <see langword="false"/>.
    /// </summary>
    public bool IfAbsent { get; init; }

    /// <summary>
    /// Write only over this revision of the destination, else <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no
    /// condition.
    /// </summary>
    public string? IfRevision { get; init; }
}
