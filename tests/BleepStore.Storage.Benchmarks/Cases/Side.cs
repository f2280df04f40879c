namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The two that are compared.</summary>
internal enum Side
{
    /// <summary>This library.</summary>
    Library,

    /// <summary>What one would write without it.</summary>
    Baseline,
}
