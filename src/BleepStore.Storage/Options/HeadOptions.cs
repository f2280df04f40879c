namespace BleepStore.Storage;

/// <summary>Under which conditions to read an object's properties. Immutable and thread-safe.</summary>
public sealed record HeadOptions : ReadOptions
{
    internal static HeadOptions Default { get; } = new();
}
