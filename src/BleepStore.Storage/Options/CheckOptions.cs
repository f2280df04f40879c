namespace BleepStore.Storage;

/// <summary>How to check that the upstream can be used. Immutable and thread-safe.</summary>
public sealed record CheckOptions
{
    /// <summary>
    /// Whether to also write and delete a small internal object, which no listing shows. With <c>ContainerPerBucket</c> it creates and
    /// deletes a bucket upstream instead (<c>bleepstore-probe-…</c>). This needs the permission to do so, and proves nothing about writing
    /// objects. The default is <see langword="false"/>.
    /// </summary>
    public bool ProbeWrite { get; init; }
}
