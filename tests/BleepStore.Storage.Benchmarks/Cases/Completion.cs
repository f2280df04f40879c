namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Puts the parts of a large object together.</summary>
/// <param name="operation">The part of the provider.</param>
internal sealed class Completion(CompletionOperation operation) : PlacedCase(operation.Place)
{
    public override string Name => operation.Name;

    public override string Library => operation.Library;

    public override string Baseline => operation.Baseline;

    public override string BoundBy => operation.BoundBy;

    public override IReadOnlyList<Limit> Limits => operation.Limits;

    public override CaseSize FullSize => new(1024 * LargeObjects.Mebibyte, 128);

    public override CaseSize ShortSize => operation.ShortSize;

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult(side == Side.Library
            ? new CompletionWorkload(operation, operation.Open(context), context.Size.Bytes, context.Size.Count)
            : operation.OpenBaseline(operation, context));
}
