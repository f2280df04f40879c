using BleepStore.Storage;
using BleepStore.Storage.Registration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers stores for dependency injection.</summary>
public static class BleepStoreServiceCollectionExtensions
{
    /// <summary>
    /// Registers the unnamed store: a singleton <see cref="ObjectStore"/>. Choose its backend on the builder that is returned.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <exception cref="InvalidOperationException">There is an unnamed store already.</exception>
    public static ObjectStoreBuilder AddBleepStore(this IServiceCollection services)
    {
        ObjectStoreRegistration registration = Register(services, Options.Options.DefaultName);
        services.AddSingleton(registration.Create);
        return new ObjectStoreBuilder(services, registration);
    }

    /// <summary>
    /// Registers a named store: a singleton <see cref="ObjectStore"/> keyed by its name (<c>[FromKeyedServices("media")]</c>).
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The name; not empty. It appears in errors, logs, traces and metrics.</param>
    /// <exception cref="InvalidOperationException">There is a store of that name already.</exception>
    public static ObjectStoreBuilder AddBleepStore(this IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ObjectStoreRegistration registration = Register(services, name);
        services.AddKeyedSingleton(name, (provider, _) => registration.Create(provider));
        return new ObjectStoreBuilder(services, registration);
    }

    private static ObjectStoreRegistration Register(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        bool taken = services.Any(service =>
            !service.IsKeyedService && service.ImplementationInstance is ObjectStoreRegistration other && string.Equals(other.Name, name, StringComparison.Ordinal));
        if (taken)
        {
            throw new InvalidOperationException(name.Length == 0
                ? $"{nameof(AddBleepStore)}() was called twice. Give further stores names: {nameof(AddBleepStore)}(\"media\")."
                : $"{nameof(AddBleepStore)}(\"{name}\") was called twice. Every store needs a name of its own.");
        }

        var registration = new ObjectStoreRegistration(name);
        services.AddSingleton(registration);
        services.AddOptions<ObjectStoreOptions>(name).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ObjectStoreOptions>, ObjectStoreOptionsValidator>());
        return registration;
    }
}
