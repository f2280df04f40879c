using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.HealthChecks;

/// <summary>Asks a store to check itself.</summary>
/// <param name="services">Provides the store.</param>
/// <param name="storeName">The store's name. It is empty for the unnamed store.</param>
/// <param name="options">The options of the check.</param>
internal sealed class ObjectStoreHealthCheck(IServiceProvider services, string storeName, CheckOptions options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // The store is created here, because a store with invalid options is also unhealthy.
            ObjectStore store = storeName.Length == 0
                ? services.GetRequiredService<ObjectStore>()
                : services.GetRequiredKeyedService<ObjectStore>(storeName);
            await store.CheckAsync(options, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (StorageException error)
        {
            var data = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["code"] = error.Code.ToString(),
                ["isTransient"] = error.IsTransient,
            };
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error, data);
        }
        catch (Exception error) when (error is InvalidOperationException or OptionsValidationException or ArgumentException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
        }
    }
}
