namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A server that runs beside the measured processes, until this program ends.</summary>
/// <param name="Address">What they need to know to reach it.</param>
internal sealed record BenchmarkServer(string Address);
