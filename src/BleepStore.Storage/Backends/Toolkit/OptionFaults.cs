using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The faults of options, as an application is told of them. For authors of backends and decorators.</summary>
public static class OptionFaults
{
    /// <summary>Makes the result of a validation, of which each fault names the store and what the options are of.</summary>
    /// <param name="store">The name of the store; empty or <see langword="null"/> for the unnamed one.</param>
    /// <param name="part">The backend or decorator, such as <c>in-memory backend</c> or <c>WithRetry</c>.</param>
    /// <param name="faults">One sentence for each fault. None is success.</param>
    public static ValidateOptionsResult Result(string? store, string part, IEnumerable<string> faults)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        ArgumentNullException.ThrowIfNull(faults);
        string[] all = [.. faults.Select(fault => $"{Label(store)}, {part}: {fault}")];
        return all.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }

    /// <summary>How messages call a store, at the beginning of a sentence.</summary>
    /// <param name="store">The name of the store; empty or <see langword="null"/> for the unnamed one.</param>
    public static string Label(string? store) => string.IsNullOrEmpty(store) ? "The unnamed store" : $"The store '{store}'";
}
