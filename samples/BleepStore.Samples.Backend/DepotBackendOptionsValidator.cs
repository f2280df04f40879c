using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Samples.Backend;

/// <summary>The rules of <see cref="DepotBackendOptions"/>. The host applies them when the application starts.</summary>
internal sealed class DepotBackendOptionsValidator : IValidateOptions<DepotBackendOptions>
{
    public ValidateOptionsResult Validate(string? name, DepotBackendOptions options) =>
        OptionFaults.Result(name, "Depot backend", Fault(options) is { } fault ? [fault] : []);

    public static string? Fault(DepotBackendOptions options) =>
        options.ServiceUrl is { IsAbsoluteUri: true, Scheme: "https" or "http" }
            ? null
            : $"{nameof(options.ServiceUrl)} is '{options.ServiceUrl}'. Set it to the http or https address of the service.";
}
