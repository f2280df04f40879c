namespace BleepStore.Storage.Resilience;

/// <summary>How many calls a store sends to its backend. Validated when the application starts.</summary>
public sealed class StorageRateLimitOptions
{
    /// <summary>How many calls there can be in a second, on average. 1 to 1,000,000. Default: 100.</summary>
    public int RequestsPerSecond { get; set; } = 100;

    /// <summary>
    /// How many calls there can be at once after a pause. 1 to 1,000,000. Default: <see langword="null"/>, as many as
    /// <see cref="RequestsPerSecond"/>.
    /// </summary>
    public int? Burst { get; set; }

    /// <summary>
    /// How many calls can wait for their turn. Another one is <see cref="StorageErrorCode.SlowDown"/>. 0 to 1,000,000. Default: 1,000.
    /// </summary>
    public int QueueLimit { get; set; } = 1000;
}
