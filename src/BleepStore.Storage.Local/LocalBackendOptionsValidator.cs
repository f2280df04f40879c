using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Local;

/// <summary>The rules of <see cref="LocalBackendOptions"/>.</summary>
internal sealed class LocalBackendOptionsValidator : IValidateOptions<LocalBackendOptions>
{
    public static string? Fault(LocalBackendOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.RootPath))
        {
            return $"{nameof(options.RootPath)} is missing. Set it to the folder that holds the store.";
        }

        if (options.RootPath.Contains('\0', StringComparison.Ordinal))
        {
            return $"{nameof(options.RootPath)} holds a NUL character.";
        }

        return Enum.IsDefined(options.Durability)
            ? null
            : $"{nameof(options.Durability)} is {options.Durability}; it must be {nameof(Durability.Full)} or {nameof(Durability.None)}.";
    }

    public ValidateOptionsResult Validate(string? name, LocalBackendOptions options) => Fault(options) is { } fault
        ? ValidateOptionsResult.Fail($"Store '{name}', local backend: {fault}")
        : ValidateOptionsResult.Success;
}
