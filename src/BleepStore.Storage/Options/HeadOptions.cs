namespace BleepStore.Storage;

/// <summary>Under which conditions to read an object's properties. Immutable and thread-safe.</summary>
public sealed record HeadOptions : ReadOptions
{
    internal static HeadOptions Default { get; } = new();

    /// <summary>Whether a write is decided by the answer. Without conditions it could come from a cache otherwise.</summary>
    internal bool IsForWrite { get; init; }
}
