namespace BleepStore.Storage.Resilience;

/// <summary>When a store stops calling its backend for a while. Validated when the application starts.</summary>
public sealed class StorageCircuitBreakerOptions
{
    /// <summary>The share of failed calls that opens the breaker. More than 0, at most 1. The default is 0.5.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>
    /// The minimum number of calls in <see cref="SamplingDuration"/> before the ratio counts. 2 to 1,000,000. The default is 20.
    /// </summary>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>The time over which calls are counted. 500 milliseconds to 1 day. The default is 30 seconds.</summary>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the breaker stays open before one call is allowed as a trial. 500 milliseconds to 1 day. The default is 15 seconds.
    /// </summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);
}
