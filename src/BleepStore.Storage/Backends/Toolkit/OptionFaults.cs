using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>Formats the faults of options for error messages. For authors of backends and decorators.</summary>
public static class OptionFaults
{
    /// <summary>Creates the result of a validation. Each fault names the store and the part that the options belong to.</summary>
    /// <param name="store">The name of the store. Empty or <see langword="null"/> for the unnamed one.</param>
    /// <param name="part">The backend or decorator, such as <c>in-memory backend</c> or <c>WithRetry</c>.</param>
    /// <param name="faults">One sentence for each fault. None is success.</param>
    public static ValidateOptionsResult Result(string? store, string part, IEnumerable<string> faults)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        ArgumentNullException.ThrowIfNull(faults);
        string[] all = [.. faults.Select(fault => $"{Label(store)}, {part}: {fault}")];
        return all.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }

    /// <summary>Returns how a message names a store at the beginning of a sentence.</summary>
    /// <param name="store">The name of the store. Empty or <see langword="null"/> for the unnamed one.</param>
    public static string Label(string? store) => string.IsNullOrEmpty(store) ? "The unnamed store" : $"The store '{store}'";
}
