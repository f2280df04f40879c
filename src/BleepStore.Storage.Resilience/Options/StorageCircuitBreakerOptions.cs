namespace BleepStore.Storage.Resilience;

/// <summary>When a store stops calling its backend for a while. Validated when the application starts.</summary>
public sealed class StorageCircuitBreakerOptions
{
    /// <summary>The share of failed calls that opens the breaker. More than 0, at most 1. Default: 0.5.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>
    /// How many calls there must be in <see cref="SamplingDuration"/> before the ratio counts. 2 to 1,000,000. Default: 20.
    /// </summary>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>The time over which calls are counted. 500 milliseconds to 1 day. Default: 30 seconds.</summary>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the breaker stays open before one call is let through as a trial. 500 milliseconds to 1 day. Default: 15 seconds.
    /// </summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);
}
