namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The two that are compared.</summary>
internal enum Side
{
    /// <summary>This library.</summary>
    Library,

    /// <summary>Plain code without the library.</summary>
    Baseline,
}
