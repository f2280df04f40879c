namespace BleepStore.Storage;

/// <summary>
/// The options of a move. They are its attributes, the conditions on both sides, and the deletion of the source. Immutable and thread-safe.
/// </summary>
public sealed record MoveOptions
{
    internal static MoveOptions Default { get; } = new();

    /// <summary>
    /// The attributes of the object at its new key, all of them. The default is <see langword="null"/>, which keeps those of the source.
    /// </summary>
    public ObjectAttributes? Attributes { get; init; }

    /// <summary>
    /// Move only a source with one of these ETags, in any form that <see cref="ReadOptions.IfMatch"/> takes, else
    /// <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no condition.
    /// </summary>
    public string? SourceIfMatch { get; init; }

    /// <summary>
    /// Move only this revision of the source, else <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no condition.
    /// </summary>
    public string? SourceIfRevision { get; init; }

    /// <summary>
    /// Write only where there is no object (<c>If-None-Match: *</c>), else <see cref="StorageErrorCode.PreconditionFailed"/>. Together with
    /// <see cref="IfMatch"/> or <see cref="IfRevision"/> it is <see cref="ArgumentException"/>. The default is <see langword="false"/>.
    /// </summary>
    public bool IfAbsent { get; init; }

    /// <summary>
    /// Write only over a destination with this ETag, or over any with <c>"*"</c>, else <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// By default there is no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Write only over this revision of the destination, else <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no
    /// condition.
    /// </summary>
    public string? IfRevision { get; init; }

    /// <summary>
    /// Whether to move also where the upstream cannot delete under a condition (<see cref="StorageCapabilities.DeletesConditionally"/>).
    /// There the store reads the source's properties once more and then deletes it without a condition. A write to the source between the
    /// two is lost. Elsewhere the option has no effect. By default such a move fails with <see cref="StorageErrorCode.NotSupported"/>.
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
