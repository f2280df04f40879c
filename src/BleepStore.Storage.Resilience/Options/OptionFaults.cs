using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Resilience;

/// <summary>The faults of options, as they are told when the application starts.</summary>
internal static class OptionFaults
{
    /// <summary>Makes the result of a validation.</summary>
    /// <param name="store">The name of the store.</param>
    /// <param name="decorator">The method that added the decorator.</param>
    /// <param name="faults">One sentence for each fault.</param>
    public static ValidateOptionsResult Result(string? store, string decorator, IEnumerable<string> faults)
    {
        string[] all = [.. faults.Select(fault => $"{Label(store)}, {decorator}: {fault}")];
        return all.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }

    /// <summary>The store as messages have it.</summary>
    /// <param name="store">The name of the store.</param>
    public static string Label(string? store) => string.IsNullOrEmpty(store) ? "The unnamed store" : $"The store '{store}'";
}
