namespace BleepStore.Storage;

/// <summary>
/// Under which conditions an object is read. The base of <see cref="GetOptions"/>, <see cref="HeadOptions"/>, <see cref="OpenReadOptions"/>
/// and <see cref="GetRangesOptions"/>. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// The conditions follow HTTP's precedence (RFC 9110, section 13.2.2): <see cref="IfMatch"/> over <see cref="IfUnmodifiedSince"/>, then
/// <see cref="IfNoneMatch"/> over <see cref="IfModifiedSince"/>.
/// </remarks>
public abstract record ReadOptions
{
    /// <summary>
    /// Only an object with this ETag, with one of a list, or any with <c>"*"</c>; else <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// One ETag needs no quotes; a list is as in HTTP, <c>"a", "b"</c>, of at most 8,192 characters. A weak ETag (<c>W/"a"</c>) never
    /// matches. Default: no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Only an object with another ETag than this, or than all of a list; else <see cref="StorageErrorCode.NotModified"/>. With <c>"*"</c>
    /// every object is <see cref="StorageErrorCode.NotModified"/>. The forms are those of <see cref="IfMatch"/>. A weak ETag matches the
    /// strong one of the same text. Default: no condition.
    /// </summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>
    /// Only an object written after this instant, to the second; else <see cref="StorageErrorCode.NotModified"/>. Not looked at when
    /// <see cref="IfNoneMatch"/> is given. Default: no condition.
    /// </summary>
    public DateTimeOffset? IfModifiedSince { get; init; }

    /// <summary>
    /// Only an object not written after this instant, to the second; else <see cref="StorageErrorCode.PreconditionFailed"/>. Not looked at
    /// when <see cref="IfMatch"/> is given. Default: no condition.
    /// </summary>
    public DateTimeOffset? IfUnmodifiedSince { get; init; }

    /// <summary>
    /// Only this revision (<see cref="ObjectProperties.Revision"/>); else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no
    /// condition.
    /// </summary>
    public string? IfRevision { get; init; }
}
