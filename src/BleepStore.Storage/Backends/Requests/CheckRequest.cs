namespace BleepStore.Storage.Backends;

/// <summary>The request of a probe.</summary>
public sealed record CheckRequest
{
    /// <summary>Whether to also write and delete a small internal object.</summary>
    public bool ProbeWrite { get; init; }
}
