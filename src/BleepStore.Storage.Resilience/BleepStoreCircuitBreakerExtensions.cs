using BleepStore.Storage;
using BleepStore.Storage.Resilience;
using BleepStore.Storage.Resilience.CircuitBreaker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stops calling a backend of which too many calls fail.</summary>
public static class BleepStoreCircuitBreakerExtensions
{
    /// <summary>
    /// Opens a circuit breaker when too many calls fail with a transient code (<see cref="StorageException.IsTransient"/>). While it is
    /// open, every call fails at once with <see cref="StorageErrorCode.ServiceUnavailable"/>. <see cref="StorageException.RetryAfter"/> has
    /// the rest of the break. Then one call is allowed as a trial. Answers such as <see cref="StorageErrorCode.NoSuchKey"/> count as
    /// successes.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. The default is a new <see cref="StorageCircuitBreakerOptions"/>.</param>
    /// <exception cref="InvalidOperationException">The store already has this decorator.</exception>
    public static ObjectStoreBuilder WithCircuitBreaker(
        this ObjectStoreBuilder builder, Action<StorageCircuitBreakerOptions>? configure = null)
    {
        OptionsBuilder<StorageCircuitBreakerOptions> options = Add(builder);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Adds a circuit breaker with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has this decorator already.</exception>
    public static ObjectStoreBuilder WithCircuitBreaker(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Add(builder).Bind(configuration);
        return builder.ExpectSettings<StorageCircuitBreakerOptions>(configuration);
    }

    private static OptionsBuilder<StorageCircuitBreakerOptions> Add(ObjectStoreBuilder builder) =>
        Registration.Add<StorageCircuitBreakerOptions, CircuitBreakerOptionsValidator>(
            builder,
            nameof(WithCircuitBreaker),
            static (inner, options, time, logger) => new CircuitBreakerBackend(inner, options, time, logger));
}
