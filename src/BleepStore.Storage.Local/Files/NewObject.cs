namespace BleepStore.Storage.Local.Files;

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
