using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>Forwards everything but its own disposal and the limits of its store, so that several stores can share one backend.</summary>
/// <param name="inner">The backend, which somebody else disposes.</param>
#pragma warning disable CA2215 // Not disposing the backend underneath is what this type is for.
public sealed class UnownedBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    /// <inheritdoc/>
    protected override bool ForwardsPresign => true;

    /// <inheritdoc/>
    public override void SetLimits(RequestLimits limits)
    {
    }

    /// <inheritdoc/>
    public override Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        Inner.BeginPartsAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
