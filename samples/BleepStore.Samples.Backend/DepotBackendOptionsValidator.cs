using Microsoft.Extensions.Options;

namespace BleepStore.Samples.Backend;

/// <summary>The rules of <see cref="DepotBackendOptions"/>. The host applies them when the application starts.</summary>
internal sealed class DepotBackendOptionsValidator : IValidateOptions<DepotBackendOptions>
{
    public ValidateOptionsResult Validate(string? name, DepotBackendOptions options) => Fault(options) is { } fault
        ? ValidateOptionsResult.Fail($"Store '{name}', Depot backend: {fault}")
        : ValidateOptionsResult.Success;

    public static string? Fault(DepotBackendOptions options) =>
        options.ServiceUrl is { IsAbsoluteUri: true, Scheme: "https" or "http" }
            ? null
            : $"{nameof(options.ServiceUrl)} is '{options.ServiceUrl}'. Set it to the http or https address of the service.";
}
