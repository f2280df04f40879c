using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>One page of an upload's parts.</summary>
public sealed record ListPartsResult
{
    private readonly ValueList<PartInfo> _parts;

    /// <summary>The parts, ascending.</summary>
    public required IReadOnlyList<PartInfo> Parts
    {
        get => _parts.Items;
        init => _parts = new(value);
    }

    /// <summary>Whether there are more after the last of these.</summary>
    public bool IsTruncated { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListPartsResult))
        .Add(nameof(Parts), _parts)
        .Add(nameof(IsTruncated), IsTruncated)
        .ToString();
}
