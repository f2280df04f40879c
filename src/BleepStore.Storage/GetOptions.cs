namespace BleepStore.Storage;

/// <summary>Which bytes to get, and under which conditions. Immutable and thread-safe.</summary>
/// <remarks>The conditions follow HTTP's precedence (RFC 9110, section 13.2.2): <see cref="IfMatch"/> over <see cref="IfUnmodifiedSince"/>, then <see cref="IfNoneMatch"/> over <see cref="IfModifiedSince"/>.</remarks>
public sealed record GetOptions
{
    internal static GetOptions Default { get; } = new();

    /// <summary>Which bytes. Default: all.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>Only an object with this ETag, or any with <c>"*"</c>; else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Only an object with another ETag; else <see cref="StorageErrorCode.NotModified"/>. Default: no condition.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>Only an object written after this instant, to the second; else <see cref="StorageErrorCode.NotModified"/>. Not looked at when <see cref="IfNoneMatch"/> is given. Default: no condition.</summary>
    public DateTimeOffset? IfModifiedSince { get; init; }

    /// <summary>Only an object not written after this instant, to the second; else <see cref="StorageErrorCode.PreconditionFailed"/>. Not looked at when <see cref="IfMatch"/> is given. Default: no condition.</summary>
    public DateTimeOffset? IfUnmodifiedSince { get; init; }

    /// <summary>Only this revision (<see cref="ObjectProperties.Revision"/>); else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.</summary>
    public string? IfRevision { get; init; }
}
