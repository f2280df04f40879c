namespace BleepStore.Storage;

/// <summary>How to check that the upstream can be used. Immutable and thread-safe.</summary>
public sealed record CheckOptions
{
    /// <summary>
    /// Whether to also write and delete a small internal object, which no listing shows; with <c>ContainerPerBucket</c>, to create and
    /// delete a bucket upstream (<c>bleepstore-probe-…</c>), which needs the permission for that and says nothing about writing objects.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool ProbeWrite { get; init; }
}
