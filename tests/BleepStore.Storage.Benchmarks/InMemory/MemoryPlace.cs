using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.InMemory;

/// <summary>The memory of the measured process.</summary>
internal sealed class MemoryPlace : BenchmarkPlace
{
    public override Task<string?> FindObstacleAsync() => Task.FromResult<string?>(null);
}
