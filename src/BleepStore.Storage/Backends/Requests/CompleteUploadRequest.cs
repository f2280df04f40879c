using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>An upload to turn into an object.</summary>
public sealed record CompleteUploadRequest
{
    private readonly ValueList<PartInfo> _parts;

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The upload, as <see cref="StorageBackend.CreateUploadAsync"/> named it. A caller can pass any text, so it must never lead outside
    /// the place of the uploads.
    /// </summary>
    public required string UploadId { get; init; }

    /// <summary>The parts, in strictly ascending order of their numbers, at least one. Sizes are not to be relied on.</summary>
    public required IReadOnlyList<PartInfo> Parts
    {
        get => _parts.Items;
        init => _parts = new(value);
    }

    /// <summary>The condition at the moment of the commit. It is at most one that the capabilities support.</summary>
    public WriteCondition Condition { get; init; }

    /// <summary>The smallest size in bytes of a part other than the last.</summary>
    public long MinimumPartSize { get; init; } = 1;

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(CompleteUploadRequest))
        .Add(nameof(Bucket), Bucket)
        .Add(nameof(Key), Key)
        .Add(nameof(UploadId), UploadId)
        .Add(nameof(Parts), _parts)
        .Add(nameof(Condition), Condition)
        .Add(nameof(MinimumPartSize), MinimumPartSize)
        .ToString();
}
