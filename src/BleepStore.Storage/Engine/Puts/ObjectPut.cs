using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine.Progress;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>A put, checked.</summary>
/// <remarks>A struct, since most puts need it no longer than it takes to make their one request of it.</remarks>
internal readonly record struct ObjectPut
{
    public required ObjectAddress Address { get; init; }

    public required ObjectAttributes Attributes { get; init; }

    public required WriteCondition Condition { get; init; }

    public required ReadOnlyMemory<byte>? ExpectedMd5 { get; init; }

    public required bool SinglePart { get; init; }

    /// <summary>Whether the object carries a token of its write, also without a condition.</summary>
    public bool IsRecognisable { get; init; }

    /// <summary>Told how far the put is, when the caller wants to know.</summary>
    public ProgressMeter? Meter { get; init; }
}
