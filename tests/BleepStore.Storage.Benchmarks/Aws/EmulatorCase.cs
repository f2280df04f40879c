using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>A case on Ceph's S3 gateway, which runs beside the measured processes and keeps everything in its memory.</summary>
internal abstract class EmulatorCase : BenchmarkCase
{
    public override Task<string?> FindObstacleAsync() => Task.FromResult(Radosgw.FindObstacle());

    public override async Task<BenchmarkServer?> StartServerAsync(CancellationToken cancellationToken)
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        return new BenchmarkServer(new Uri(account.Url, await account.CreateBucketAsync()).AbsoluteUri);
    }
}
