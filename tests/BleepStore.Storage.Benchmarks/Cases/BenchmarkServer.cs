namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A server that runs beside the measured processes.</summary>
/// <param name="Address">What they need to know to reach it.</param>
/// <param name="Process">Ended with this.</param>
internal sealed record BenchmarkServer(string Address, IDisposable Process) : IDisposable
{
    public void Dispose() => Process.Dispose();
}
