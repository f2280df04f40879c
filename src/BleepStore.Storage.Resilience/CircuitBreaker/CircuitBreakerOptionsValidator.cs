using System.Globalization;
using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>The rules of <see cref="StorageCircuitBreakerOptions"/>.</summary>
internal sealed class CircuitBreakerOptionsValidator : IValidateOptions<StorageCircuitBreakerOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, StorageCircuitBreakerOptions options) =>
        OptionFaults.Result(name, "WithCircuitBreaker", Faults(options));

    private static IEnumerable<string> Faults(StorageCircuitBreakerOptions options)
    {
        if (!(options.FailureRatio is > 0 and <= 1))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{nameof(options.FailureRatio)} is {options.FailureRatio}. It must be more than 0 and at most 1.");
        }

        if (options.MinimumThroughput is < 2 or > 1_000_000)
        {
            yield return $"{nameof(options.MinimumThroughput)} is {options.MinimumThroughput}. It must be 2 to 1,000,000.";
        }

        if (options.SamplingDuration < Shortest || options.SamplingDuration > Longest)
        {
            yield return $"{nameof(options.SamplingDuration)} is {options.SamplingDuration}. It must be 500 milliseconds to 1 day.";
        }

        if (options.BreakDuration < Shortest || options.BreakDuration > Longest)
        {
            yield return $"{nameof(options.BreakDuration)} is {options.BreakDuration}. It must be 500 milliseconds to 1 day.";
        }
    }
}
