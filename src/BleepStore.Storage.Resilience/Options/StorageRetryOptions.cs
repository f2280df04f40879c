namespace BleepStore.Storage.Resilience;

/// <summary>How calls that failed are repeated. Validated when the application starts.</summary>
public sealed class StorageRetryOptions
{
    /// <summary>How often a call is tried, including the first attempt. 2 to 100. The default is 4.</summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>
    /// How long to wait before the second attempt. Each further wait is twice as long, up to <see cref="MaxDelay"/>. Every wait is
    /// shortened at random, to no less than half. A longer <see cref="StorageException.RetryAfter"/> of the service takes precedence. Zero
    /// to <see cref="MaxDelay"/>. The default is 200 milliseconds.
    /// </summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait that the service has not asked for. Zero to 1 day. The default is 20 seconds.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long after its beginning a call can still be repeated. A running attempt is not ended. More than zero, at most 24 days, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit. The default is 2 minutes.
    /// </summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The number of repeated calls of the store without a success between them. Each repetition uses 1 of the budget. A repetition that
    /// succeeds returns 1, and a call that succeeds at its first attempt returns a tenth. So repetitions add little load while a service
    /// fails most calls. With an empty budget a failure is reported at once. 1 to 1,000,000, or <see langword="null"/> for no limit. The
    /// default is 100.
    /// </summary>
    public int? RetryBudget { get; set; } = 100;
}
