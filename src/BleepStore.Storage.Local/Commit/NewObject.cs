using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local.Commit;

/// <summary>The properties of an object that is being written.</summary>
internal sealed record NewObject
{
    public required Place Place { get; init; }

    public required string ETag { get; init; }

    /// <summary>The parts that the composite ETag was computed from, if they are known.</summary>
    public PartSizes? Parts { get; init; }

    public required ObjectAttributes Attributes { get; init; }

    public string? WriteToken { get; init; }
}
