using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>A case on Azurite, which runs beside the measured processes and keeps everything in its memory.</summary>
internal abstract class EmulatorCase : BenchmarkCase
{
    public override Task<string?> FindObstacleAsync() => Emulators.FindNodeAsync();

    public override async Task<BenchmarkServer?> StartServerAsync(CancellationToken cancellationToken)
    {
        AzuriteAccount account = (await Azurite.RequireAsync()).TakeAccount();
        await EmulatorWorkload.ContainerOf(account.ConnectionString).CreateAsync(cancellationToken: cancellationToken);
        return new BenchmarkServer(account.ConnectionString);
    }
}
