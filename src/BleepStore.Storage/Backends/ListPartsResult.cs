namespace BleepStore.Storage.Backends;

/// <summary>One page of an upload's parts.</summary>
public sealed record ListPartsResult
{
    /// <summary>The parts, ascending.</summary>
    public required IReadOnlyList<PartInfo> Parts { get; init; }

    /// <summary>Whether there are more after the last of these.</summary>
    public bool IsTruncated { get; init; }
}
