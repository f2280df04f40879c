using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local.Commit;

/// <summary>What a file that is about to become an object is to be.</summary>
internal sealed record NewObject
{
    public required Place Place { get; init; }

    public required string ETag { get; init; }

    /// <summary>The parts that a composite ETag was computed from, where they are known.</summary>
    public PartSizes? Parts { get; init; }

    public required ObjectAttributes Attributes { get; init; }

    public string? WriteToken { get; init; }
}
