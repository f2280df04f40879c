namespace BleepStore.Storage;

/// <summary>How to check that the upstream can be used. Immutable and thread-safe.</summary>
public sealed record CheckOptions
{
    /// <summary>Whether to also write and delete a small internal object, which no listing shows. Default: <see langword="false"/>, reading only.</summary>
    public bool ProbeWrite { get; init; }
}
