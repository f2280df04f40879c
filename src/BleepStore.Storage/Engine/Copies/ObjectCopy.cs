using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Engine.Copies;

/// <summary>A copy, checked.</summary>
internal sealed record ObjectCopy
{
    /// <summary>The operation, one of <see cref="OperationNames"/>. A move also copies.</summary>
    public required string Operation { get; init; }

    public required ObjectAddress Source { get; init; }

    public required ObjectAddress Destination { get; init; }

    public required ReadConditions SourceConditions { get; init; }

    public required string? SourceRevision { get; init; }

    public required ObjectAttributes? Attributes { get; init; }

    public required WriteCondition Condition { get; init; }
}
