using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Resilience.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Resilience;

/// <summary>The part of a registration that all decorators share.</summary>
internal static class Registration
{
    /// <summary>
    /// Adds a decorator that is made from options under the name of the store. They are validated when the application starts.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="method">The method that adds the decorator.</param>
    /// <param name="decorate">Makes the decorator.</param>
    /// <returns>To set the options.</returns>
    /// <exception cref="InvalidOperationException">The store has a decorator of this kind already.</exception>
    public static OptionsBuilder<TOptions> Add<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator>(
        ObjectStoreBuilder builder, string method, Func<StorageBackend, TOptions, TimeProvider, ILogger, StorageBackend> decorate)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        return builder.Decorate<TOptions>(
            method,
            (services, inner, options) =>
                decorate(inner, options, services.GetService<TimeProvider>() ?? TimeProvider.System, Logger(services)));
    }

    /// <summary>The logger of the decorators.</summary>
    /// <param name="services">The services of the application.</param>
    public static ILogger Logger(IServiceProvider services) =>
        services.GetService<ILoggerFactory>()?.CreateLogger(Log.Category) ?? NullLogger.Instance;
}
