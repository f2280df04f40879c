using System.Threading.RateLimiting;
using BleepStore.Storage;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Resilience;
using BleepStore.Storage.Resilience.RateLimit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Limits how many calls a store sends to its backend.</summary>
public static class BleepStoreRateLimitExtensions
{
    /// <summary>
    /// Limits the calls by a limiter of the application, such as one that several stores share. Each call of the backend acquires one
    /// permit and keeps it until it returns. The body of a get is read without a permit. A call that gets none fails with
    /// <see cref="StorageErrorCode.SlowDown"/>.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="limiter">Returns the limiter. The store does not dispose it.</param>
    public static ObjectStoreBuilder WithRateLimit(this ObjectStoreBuilder builder, Func<IServiceProvider, RateLimiter> limiter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(limiter);
        string name = builder.Name;
        return builder.Decorate((services, inner) => new RateLimitBackend(
            inner,
            limiter(services)
                ?? throw new InvalidOperationException($"{OptionFaults.Label(name)}: the limiter of {nameof(WithRateLimit)} is null."),
            isOwned: false,
            Registration.Logger(services)));
    }

    /// <summary>Limits the calls in a second, by a limiter of the store's own. It runs on the system's clock.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options.</param>
    /// <exception cref="InvalidOperationException">The store has this decorator already.</exception>
    public static ObjectStoreBuilder WithRateLimit(this ObjectStoreBuilder builder, Action<StorageRateLimitOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Add(builder).Configure(configure);
        return builder;
    }

    /// <summary>Limits the calls in a second, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has this decorator already.</exception>
    public static ObjectStoreBuilder WithRateLimit(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Add(builder).Bind(configuration);
        return builder.ExpectSettings<StorageRateLimitOptions>(configuration);
    }

    private static OptionsBuilder<StorageRateLimitOptions> Add(ObjectStoreBuilder builder) =>
        Registration.Add<StorageRateLimitOptions, RateLimitOptionsValidator>(
            builder,
            nameof(WithRateLimit),
            static (inner, options, _, logger) => new RateLimitBackend(inner, RateLimitBackend.Limiter(options), isOwned: true, logger));
}
