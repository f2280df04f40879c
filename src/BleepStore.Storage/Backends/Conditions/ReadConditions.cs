namespace BleepStore.Storage.Backends;

/// <summary>The conditions of a read, with HTTP's precedence (RFC 9110, section 13.2.2). The default holds always.</summary>
public readonly record struct ReadConditions
{
    /// <summary>The ETags of which the object must have one.</summary>
    public ETagCondition? IfMatch { get; init; }

    /// <summary>The ETags of which the object must have none.</summary>
    public ETagCondition? IfNoneMatch { get; init; }

    /// <summary>The object must have been written after this, to the second.</summary>
    public DateTimeOffset? IfModifiedSince { get; init; }

    /// <summary>The object must not have been written after this, to the second.</summary>
    public DateTimeOffset? IfUnmodifiedSince { get; init; }

    /// <summary>Whether nothing is asked.</summary>
    public bool IsNone => IfMatch is null && IfNoneMatch is null && IfModifiedSince is null && IfUnmodifiedSince is null;

    /// <summary>Tests the conditions.</summary>
    /// <param name="properties">The object.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.PreconditionFailed"/> or <see cref="StorageErrorCode.NotModified"/>.
    /// </exception>
    public void ThrowIfNotMet(ObjectProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        StorageException Failure(StorageErrorCode code, string reason) => new(code, reason) { ObjectETag = properties.ETag };
        if (IfMatch is not null)
        {
            if (!IfMatch.Matches(properties.ETag))
            {
                throw Failure(
                    StorageErrorCode.PreconditionFailed,
                    IfMatch.ETags.Count == 0
                        ? "The condition names no strong ETag, so it holds for no object. Name the object's ETag without W/."
                        : $"The object's ETag is {properties.ETag}. It is not one of {IfMatch}.");
            }
        }
        else if (IfUnmodifiedSince is { } before && ToSecond(properties.LastModified) > ToSecond(before))
        {
            throw Failure(StorageErrorCode.PreconditionFailed, $"The object was written at {properties.LastModified:O}, after {before:O}.");
        }

        if (IfNoneMatch is not null)
        {
            if (IfNoneMatch.Matches(properties.ETag))
            {
                throw Failure(StorageErrorCode.NotModified, $"The object's ETag is still {properties.ETag}.");
            }
        }
        else if (IfModifiedSince is { } after && ToSecond(properties.LastModified) <= ToSecond(after))
        {
            throw Failure(StorageErrorCode.NotModified, $"The object was written at {properties.LastModified:O}, not after {after:O}.");
        }
    }

    /// <summary>
    /// HTTP dates have whole seconds. An upstream with finer times must not find an object newer than its own Last-Modified.
    /// </summary>
    private static long ToSecond(DateTimeOffset instant) => instant.ToUnixTimeSeconds();
}
