using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>A folder and a bucket on the disk.</summary>
internal sealed class LocalSync() : SyncCase(DiskPlace.Place)
{
    public override string Name => "local-sync";

    public override string Title => "Sync of a folder, local disk";

    /// <summary>Without flushing, because this is not timed.</summary>
    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(context, cancellationToken);
        await using ObjectStore store =
            LocalStore.Create(new LocalBackendOptions { RootPath = LocalWorkload.RootIn(context), Durability = Durability.None });
        await FillAsync(store, context, cancellationToken);
    }

    protected override Task<ObjectStore> OpenStoreAsync(BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult(LocalStore.Create(new LocalBackendOptions { RootPath = LocalWorkload.RootIn(context) }));
}
