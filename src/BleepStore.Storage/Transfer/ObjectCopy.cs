using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Transfer;

/// <summary>A copy, checked.</summary>
internal sealed record ObjectCopy
{
    public required ObjectAddress Source { get; init; }

    public required ObjectAddress Destination { get; init; }

    public required ReadConditions SourceConditions { get; init; }

    public required string? SourceRevision { get; init; }

    public required ObjectAttributes? Attributes { get; init; }

    public required WriteCondition Condition { get; init; }
}
