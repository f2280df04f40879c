namespace BleepStore.Storage.Resilience;

/// <summary>How many calls a store sends to its backend. Validated when the application starts.</summary>
public sealed class StorageRateLimitOptions
{
    /// <summary>The average number of calls per second. 1 to 1,000,000. The default is 100.</summary>
    public int RequestsPerSecond { get; set; } = 100;

    /// <summary>
    /// The number of calls that can start at once after a pause. 1 to 1,000,000. The default is <see langword="null"/>, which means
    /// <see cref="RequestsPerSecond"/>.
    /// </summary>
    public int? Burst { get; set; }

    /// <summary>
    /// How many calls can wait for their turn. Further calls fail with <see cref="StorageErrorCode.SlowDown"/>. 0 to 1,000,000. The default
    /// is 1,000.
    /// </summary>
    public int QueueLimit { get; set; } = 1000;
}
