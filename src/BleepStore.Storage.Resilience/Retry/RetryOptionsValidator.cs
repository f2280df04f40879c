using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Resilience.Retry;

/// <summary>The rules of <see cref="StorageRetryOptions"/>.</summary>
internal sealed class RetryOptionsValidator : IValidateOptions<StorageRetryOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    public ValidateOptionsResult Validate(string? name, StorageRetryOptions options) =>
        OptionFaults.Result(name, "WithRetry", Faults(options));

    private static IEnumerable<string> Faults(StorageRetryOptions options)
    {
        if (options.MaxAttempts is < 2 or > 100)
        {
            yield return $"{nameof(options.MaxAttempts)} is {options.MaxAttempts}. It must be 2 to 100.";
        }

        if (options.MaxDelay < TimeSpan.Zero || options.MaxDelay > TimeSpan.FromDays(1))
        {
            yield return $"{nameof(options.MaxDelay)} is {options.MaxDelay}. It must be zero to 1 day.";
        }

        if (options.BaseDelay < TimeSpan.Zero || options.BaseDelay > options.MaxDelay)
        {
            yield return $"{nameof(options.BaseDelay)} is {options.BaseDelay}. It must be zero to {nameof(options.MaxDelay)}.";
        }

        if (options.MaxDuration != Timeout.InfiniteTimeSpan && (options.MaxDuration <= TimeSpan.Zero || options.MaxDuration > Longest))
        {
            yield return $"{nameof(options.MaxDuration)} is {options.MaxDuration}. "
                + "It must be more than zero and at most 24 days, or infinite (-00:00:00.0010000).";
        }

        if (options.RetryBudget is < 1 or > 1_000_000)
        {
            yield return $"{nameof(options.RetryBudget)} is {options.RetryBudget}. It must be 1 to 1,000,000, or left out for no limit.";
        }
    }
}
