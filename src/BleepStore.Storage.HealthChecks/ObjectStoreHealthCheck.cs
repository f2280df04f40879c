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
        // The service that runs the checks knows only the system's clock.
        long began = TimeProvider.System.GetTimestamp();
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
            return Failed(context, error);
        }
        catch (OperationCanceledException late) when (IsLate(context.Registration, TimeProvider.System.GetElapsedTime(began)))
        {
            // The client of the SDK sends a request that fails again, and that can take longer than the check.
            return Failed(context, new StorageException(
                StorageErrorCode.RequestTimeout,
                $"The store did not answer within the timeout of the check ({context.Registration.Timeout}). Look at the log of the store, "
                + $"give the check more time, or set {nameof(ObjectStoreOptions.UpstreamRetries)} lower.",
                late));
        }
        catch (Exception error) when (error is InvalidOperationException or OptionsValidationException or ArgumentException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
        }
    }

    /// <summary>
    /// Whether a check was cancelled by its timeout, and not by its caller. The timeout begins before this check does, and timers are not
    /// exact.
    /// </summary>
    private static bool IsLate(HealthCheckRegistration check, TimeSpan took) =>
        check.Timeout > TimeSpan.Zero && took >= check.Timeout * 0.5;

    private static HealthCheckResult Failed(HealthCheckContext context, StorageException error)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["code"] = error.Code.ToString(),
            ["isTransient"] = error.IsTransient,
        };
        return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error, data);
    }
}
