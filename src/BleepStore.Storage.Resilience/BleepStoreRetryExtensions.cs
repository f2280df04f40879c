using BleepStore.Storage;
using BleepStore.Storage.Resilience;
using BleepStore.Storage.Resilience.Retry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Repeats calls of a store that failed for a moment.</summary>
public static class BleepStoreRetryExtensions
{
    /// <summary>
    /// Repeats calls that failed with a transient code (<see cref="StorageException.IsTransient"/>), with growing waits. The SDK's own
    /// retries are switched off, unless <see cref="ObjectStoreOptions.UpstreamRetries"/> is set. A client that the application provides
    /// keeps its own retries.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. The default is a new <see cref="StorageRetryOptions"/>.</param>
    /// <exception cref="InvalidOperationException">The store already has this decorator.</exception>
    public static ObjectStoreBuilder WithRetry(this ObjectStoreBuilder builder, Action<StorageRetryOptions>? configure = null)
    {
        OptionsBuilder<StorageRetryOptions> options = Add(builder);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Repeats calls that failed with a transient code, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has this decorator already.</exception>
    public static ObjectStoreBuilder WithRetry(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Add(builder).Bind(configuration);
        return builder.ExpectSettings<StorageRetryOptions>(configuration);
    }

    private static OptionsBuilder<StorageRetryOptions> Add(ObjectStoreBuilder builder)
    {
        OptionsBuilder<StorageRetryOptions> options = Registration.Add<StorageRetryOptions, RetryOptionsValidator>(
            builder, nameof(WithRetry), static (inner, options, time, logger) => new RetryBackend(inner, options, time, logger));

        // Attempts would multiply otherwise.
        builder.Services.PostConfigure<ObjectStoreOptions>(builder.Name, static options => options.UpstreamRetries ??= 0);
        return options;
    }
}
