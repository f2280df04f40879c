using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>A case on the disk by the managed layer, beside the same case by the native layer. It informs, so nothing is limited.</summary>
/// <param name="operation">The case.</param>
/// <param name="layer">The managed layer.</param>
/// <param name="isOnlyFull">Whether the short form leaves the case out.</param>
internal sealed class ManagedCase(LocalCase operation, LocalLayer layer, bool isOnlyFull = true) : PlacedCase(DiskPlace.Place)
{
    public override string Name => $"{operation.Name}-{layer.Folder}";

    public override string Library => $"{operation.Library}; by the managed layer on Linux";

    public override string Baseline => "The same by the native layer";

    public override string BoundBy => operation.BoundBy;

    public override IReadOnlyList<Limit> Limits => [];

    public override CaseSize FullSize => operation.FullSize;

    public override CaseSize ShortSize => operation.ShortSize;

    public override bool IsOnlyFull => isOnlyFull;

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await operation.PrepareAsync(context, cancellationToken);
        await operation.PrepareStoreAsync(layer, context, cancellationToken);
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(operation.OpenStore(side == Side.Library ? layer : LocalLayer.Native, context));
}
