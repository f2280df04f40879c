namespace BleepStore.Storage;

/// <summary>
/// The conditions under which an object is read. The base of <see cref="GetOptions"/>, <see cref="HeadOptions"/>,
/// <see cref="OpenReadOptions"/> and <see cref="GetRangesOptions"/>. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// The conditions follow HTTP's precedence (RFC 9110, section 13.2.2). <see cref="IfMatch"/> precedes <see cref="IfUnmodifiedSince"/>, and
/// <see cref="IfNoneMatch"/> precedes <see cref="IfModifiedSince"/>.
/// </remarks>
public abstract record ReadOptions
{
    /// <summary>
    /// Read only an object with this ETag, with one of a list, or any object with <c>"*"</c>, else
    /// <see cref="StorageErrorCode.PreconditionFailed"/>. A single ETag needs no quotes. A list is as in HTTP, <c>"a", "b"</c>, of at most
    /// 8,192 characters. A weak ETag (<c>W/"a"</c>) never matches. By default there is no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Read only an object whose ETag differs from this one, or from all of a list, else <see cref="StorageErrorCode.NotModified"/>. With
    /// <c>"*"</c> every object fails with <see cref="StorageErrorCode.NotModified"/>. The forms are those of <see cref="IfMatch"/>. A weak
    /// ETag matches the strong one of the same text. By default there is no condition.
    /// </summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>
    /// Read only an object written after this instant, to the second, else <see cref="StorageErrorCode.NotModified"/>. It is ignored when
    /// <see cref="IfNoneMatch"/> is given. By default there is no condition.
    /// </summary>
    public DateTimeOffset? IfModifiedSince { get; init; }

    /// <summary>
    /// Read only an object not written after this instant, to the second, else <see cref="StorageErrorCode.PreconditionFailed"/>. It is
    /// ignored when <see cref="IfMatch"/> is given. By default there is no condition.
    /// </summary>
    public DateTimeOffset? IfUnmodifiedSince { get; init; }

    /// <summary>
    /// Read only this revision (<see cref="ObjectProperties.Revision"/>), else <see cref="StorageErrorCode.PreconditionFailed"/>. By
    /// default there is no condition.
    /// </summary>
    public string? IfRevision { get; init; }
}
