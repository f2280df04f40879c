using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Caching;

/// <summary>The rules of <see cref="StorageCacheOptions"/>.</summary>
internal sealed class CacheOptionsValidator : IValidateOptions<StorageCacheOptions>
{
    private const int LargestObject = 16 * 1024 * 1024;
    private const long LeastMemory = 1024 * 1024;
    private const long MostMemory = 1L << 40;

    public ValidateOptionsResult Validate(string? name, StorageCacheOptions options) =>
        OptionFaults.Result(name, "WithCache", Faults(options));

    private static IEnumerable<string> Faults(StorageCacheOptions options)
    {
        if (options.MaxObjectSize is < 0 or > LargestObject)
        {
            yield return $"{nameof(options.MaxObjectSize)} is {options.MaxObjectSize} bytes. It must be 0 bytes to 16 MiB.";
        }

        if (options.MemoryLimit is < LeastMemory or > MostMemory || options.MemoryLimit < options.MaxObjectSize)
        {
            yield return $"{nameof(options.MemoryLimit)} is {options.MemoryLimit} bytes. "
                + $"It must be 1 MiB to 1 TiB, and at least {nameof(options.MaxObjectSize)}.";
        }

        if (options.Expiration < TimeSpan.FromSeconds(1) || options.Expiration > TimeSpan.FromDays(30))
        {
            yield return $"{nameof(options.Expiration)} is {options.Expiration}. It must be 1 second to 30 days.";
        }

        if (options.MaxStaleness < TimeSpan.Zero || options.MaxStaleness > TimeSpan.FromDays(1))
        {
            yield return $"{nameof(options.MaxStaleness)} is {options.MaxStaleness}. It must be zero to 1 day.";
        }
    }
}
