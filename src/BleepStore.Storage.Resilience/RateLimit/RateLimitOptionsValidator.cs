using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Resilience.RateLimit;

/// <summary>The rules of <see cref="StorageRateLimitOptions"/>.</summary>
internal sealed class RateLimitOptionsValidator : IValidateOptions<StorageRateLimitOptions>
{
    private const int Most = 1_000_000;

    public ValidateOptionsResult Validate(string? name, StorageRateLimitOptions options) =>
        OptionFaults.Result(name, "WithRateLimit", Faults(options));

    private static IEnumerable<string> Faults(StorageRateLimitOptions options)
    {
        if (options.RequestsPerSecond is < 1 or > Most)
        {
            yield return $"{nameof(options.RequestsPerSecond)} is {options.RequestsPerSecond}. It must be 1 to 1,000,000.";
        }

        if (options.Burst is < 1 or > Most)
        {
            yield return $"{nameof(options.Burst)} is {options.Burst}. It must be 1 to 1,000,000, or left out for the rate.";
        }

        if (options.QueueLimit is < 0 or > Most)
        {
            yield return $"{nameof(options.QueueLimit)} is {options.QueueLimit}. It must be 0 to 1,000,000.";
        }
    }
}
