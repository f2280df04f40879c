using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.InMemory;

/// <summary>The rules of <see cref="InMemoryBackendOptions"/>.</summary>
internal sealed class InMemoryBackendOptionsValidator : IValidateOptions<InMemoryBackendOptions>
{
    public static string? Fault(InMemoryBackendOptions options) => options.Capacity < 0
        ? $"{nameof(options.Capacity)} is {options.Capacity} bytes. It must be 0 or more, or left out for no limit."
        : null;

    public ValidateOptionsResult Validate(string? name, InMemoryBackendOptions options) =>
        OptionFaults.Result(name, "in-memory backend", Fault(options) is { } fault ? [fault] : []);
}
