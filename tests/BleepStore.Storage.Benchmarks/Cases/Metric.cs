namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A metric of each run.</summary>
internal enum Metric
{
    /// <summary>The time from beginning to end, in milliseconds.</summary>
    Time,

    /// <summary>The processor time of the whole process, in milliseconds.</summary>
    CpuTime,

    /// <summary>The processor time of the process for one call, in milliseconds.</summary>
    CpuPerCall,

    /// <summary>The time in which half of the calls ended, in milliseconds.</summary>
    HalfOfCalls,

    /// <summary>The time in which 99 of 100 calls ended, in milliseconds.</summary>
    MostCalls,

    /// <summary>Managed memory that was allocated in all, in bytes.</summary>
    Allocated,

    /// <summary>The most managed memory at a time, in bytes, garbage that was not collected yet included.</summary>
    ManagedPeak,

    /// <summary>The most memory that the process had at a time, in bytes.</summary>
    PeakRss,
}
