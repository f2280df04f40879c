using System.IO.Compression;
using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>The rules of <see cref="CompressionOptions"/>.</summary>
internal sealed class CompressionOptionsValidator : IValidateOptions<CompressionOptions>
{
    public ValidateOptionsResult Validate(string? name, CompressionOptions options) =>
        OptionFaults.Result(name, "compression", Faults(options));

    private static IEnumerable<string> Faults(CompressionOptions options)
    {
        if (!Enum.IsDefined(options.Method))
        {
            yield return $"{nameof(options.Method)} is {options.Method}, which is not a method. "
                + $"Use {nameof(CompressionMethod.Brotli)} or {nameof(CompressionMethod.Gzip)}.";
        }

        if (options.Level is not (CompressionLevel.Fastest or CompressionLevel.Optimal or CompressionLevel.SmallestSize))
        {
            yield return $"{nameof(options.Level)} is {options.Level}. It must be {nameof(CompressionLevel.Fastest)}, "
                + $"{nameof(CompressionLevel.Optimal)} or {nameof(CompressionLevel.SmallestSize)}.";
        }

        if (options.MinimumSize < 0)
        {
            yield return $"{nameof(options.MinimumSize)} is {options.MinimumSize} bytes. It must be 0 or more.";
        }
    }
}
