namespace BleepStore.Storage;

/// <summary>
/// How to move: what becomes of the attributes, the conditions on both sides, and how the source is deleted. Immutable and thread-safe.
/// </summary>
public sealed record MoveOptions
{
    internal static MoveOptions Default { get; } = new();

    /// <summary>The attributes of the object at its new key, all of them. Default: <see langword="null"/>, the source's are kept.</summary>
    public ObjectAttributes? Attributes { get; init; }

    /// <summary>
    /// Move only a source with one of these ETags, in any form that <see cref="ReadOptions.IfMatch"/> takes, else
    /// <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.
    /// </summary>
    public string? SourceIfMatch { get; init; }

    /// <summary>
    /// Move only this revision of the source, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.
    /// </summary>
    public string? SourceIfRevision { get; init; }

    /// <summary>
    /// Write only where there is no object (<c>If-None-Match: *</c>), else <see cref="StorageErrorCode.PreconditionFailed"/>. Together with
    /// <see cref="IfMatch"/> or <see cref="IfRevision"/> it is <see cref="ArgumentException"/>. Default: <see langword="false"/>.
    /// </summary>
    public bool IfAbsent { get; init; }

    /// <summary>
    /// Write only over a destination with this ETag, or over any with <c>"*"</c>, else <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// Default: no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Write only over this revision of the destination, else <see cref="StorageErrorCode.PreconditionFailed"/>. Default: no condition.
    /// </summary>
    public string? IfRevision { get; init; }

    /// <summary>
    /// Move also where the upstream cannot delete under a condition (<see cref="StorageCapabilities.DeletesConditionally"/>). There the
    /// store looks at the source once more and then deletes it without a condition, so a write to the source between the two is lost.
    /// Elsewhere it changes nothing. Default: <see langword="false"/>, such a move is <see cref="StorageErrorCode.NotSupported"/>.
    /// </summary>
    public bool AllowRace { get; init; }

    /// <summary>How to make the copy that a move begins with.</summary>
    internal CopyOptions ToCopy() => new()
    {
        Attributes = Attributes,
        SourceIfMatch = SourceIfMatch,
        SourceIfRevision = SourceIfRevision,
        IfAbsent = IfAbsent,
        IfMatch = IfMatch,
        IfRevision = IfRevision,
    };
}
