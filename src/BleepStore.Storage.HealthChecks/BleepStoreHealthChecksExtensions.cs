using BleepStore.Storage;
using BleepStore.Storage.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks of stores.</summary>
public static class BleepStoreHealthChecksExtensions
{
    /// <summary>
    /// Adds a health check of a store. It checks that the upstream can be reached and used (<see cref="ObjectStore.CheckAsync"/>). It only
    /// reads, unless <paramref name="check"/> says otherwise. The data of a failure has the error code, and whether a retry can help.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="storeName">The name of the store. The default is the unnamed store.</param>
    /// <param name="name">The name of the check. The default is <c>bleepstore</c>, or <c>bleepstore-</c> and the store's name.</param>
    /// <param name="failureStatus">The status of a failure. The default is <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags of the check. The default is none.</param>
    /// <param name="timeout">How long the check may take. The default is 30 seconds.</param>
    /// <param name="check">The options of the check. By default no write is probed.</param>
    public static IHealthChecksBuilder AddBleepStore(
        this IHealthChecksBuilder builder,
        string? storeName = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null,
        CheckOptions? check = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string store = storeName ?? "";
        return builder.Add(new HealthCheckRegistration(
            name ?? (store.Length == 0 ? "bleepstore" : $"bleepstore-{store}"),
            services => new ObjectStoreHealthCheck(services, store, check ?? new CheckOptions()),
            failureStatus,
            tags,
            timeout ?? TimeSpan.FromSeconds(30)));
    }
}
