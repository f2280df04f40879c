using System.Globalization;

namespace BleepStore.Storage.Local;

/// <summary>The result of a verification. Each object is in one of the counts. Immutable and thread-safe.</summary>
public sealed record LocalVerifyReport
{
    /// <summary>The most keys that <see cref="DisagreeingKeys"/> holds.</summary>
    public const int MostKeys = 1000;

    /// <summary>How many objects were read and have the bytes of their ETag.</summary>
    public required long Agreeing { get; init; }

    /// <summary>
    /// How many objects have bytes that disagree with their ETag, or cannot be read from the disk. Such an object counts as a file of
    /// another program. It has another ETag, no attributes and no metadata. Its old record is kept until the object is replaced.
    /// </summary>
    public required long Disagreeing { get; init; }

    /// <summary>How many objects were not read, because their file is the file that the store wrote.</summary>
    public required long Believed { get; init; }

    /// <summary>
    /// How many objects had to be read, but have an ETag that is no digest of their bytes. Uploads with copied parts have such an ETag, and
    /// so have copies of files of other programs.
    /// </summary>
    public required long Unprovable { get; init; }

    /// <summary>
    /// How many objects are files of other programs, or were changed by another program. Their bytes cannot be compared with anything.
    /// </summary>
    public required long Foreign { get; init; }

    /// <summary>How many bytes were read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>
    /// The first <see cref="MostKeys"/> keys of the objects that disagree, in the order of the listing.
    /// <see cref="LocalVerifyOptions.Progress"/> receives all of them.
    /// </summary>
    public required IReadOnlyList<string> DisagreeingKeys { get; init; }

    /// <inheritdoc/>
    public bool Equals(LocalVerifyReport? other) => other is not null
        && Counts == other.Counts
        && DisagreeingKeys.SequenceEqual(other.DisagreeingKeys, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Counts, DisagreeingKeys.Count);

    private (long, long, long, long, long, long) Counts => (Agreeing, Disagreeing, Believed, Unprovable, Foreign, BytesRead);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Agreeing} agree, {Disagreeing} disagree, {Believed} believed, {Unprovable} unprovable, {Foreign} foreign, "
        + $"{BytesRead} bytes read");
}
