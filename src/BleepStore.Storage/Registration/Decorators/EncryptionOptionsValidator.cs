using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Basics;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Registration.Decorators;

/// <summary>The rules of <see cref="EncryptionOptions"/>.</summary>
internal sealed class EncryptionOptionsValidator : IValidateOptions<EncryptionOptions>
{
    public static string NoCurrent { get; } =
        $"{nameof(EncryptionOptions.CurrentKeyId)} is missing. "
        + $"Set it to the id of the key in {nameof(EncryptionOptions.Keys)} that encrypts new objects.";

    /// <summary>Formats a fault for the report.</summary>
    public static string Told(string? store, string fault) =>
        $"{OptionFaults.Label(store)}, encryption: {fault}";

    /// <summary>Makes the ring of the keys in the options.</summary>
    /// <exception cref="ArgumentException">A key breaks its rule.</exception>
    public static KeyRing CreateRing(EncryptionOptions options) =>
        KeyRing.FromBase64(options.CurrentKeyId ?? throw new ArgumentException(NoCurrent), options.Keys);

    public ValidateOptionsResult Validate(string? name, EncryptionOptions options) => Fault(options) is { } fault
        ? ValidateOptionsResult.Fail(Told(name, fault))
        : ValidateOptionsResult.Success;

    /// <summary>No message shows a key.</summary>
    private static string? Fault(EncryptionOptions options)
    {
        if (!Enum.IsDefined(options.PlaintextObjects))
        {
            string names = string.Join(", ", Enum.GetNames<PlaintextObjects>());
            return $"{nameof(options.PlaintextObjects)} is {options.PlaintextObjects}. It must be one of {names}.";
        }

        if (options.Keys.Count == 0 && options.CurrentKeyId is null)
        {
            return null;
        }

        try
        {
            using KeyRing ring = CreateRing(options);
            return null;
        }
        catch (ArgumentException thrown)
        {
            return $"{nameof(options.Keys)}: {Visible.Text(thrown.Message)}";
        }
    }
}
