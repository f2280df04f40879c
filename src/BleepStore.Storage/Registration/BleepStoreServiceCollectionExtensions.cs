using BleepStore.Storage;
using BleepStore.Storage.Registration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers stores for dependency injection.</summary>
public static class BleepStoreServiceCollectionExtensions
{
    /// <summary>Registers the unnamed store as a singleton <see cref="ObjectStore"/>. Choose its backend on the returned builder.</summary>
    /// <example>
    /// <code>
    /// services.AddBleepStore().UseInMemory().AddBucket("photos");
    /// </code>
    /// </example>
    /// <param name="services">The application's services.</param>
    /// <exception cref="InvalidOperationException">There is an unnamed store already.</exception>
    public static ObjectStoreBuilder AddBleepStore(this IServiceCollection services)
    {
        ObjectStoreRegistration registration = Register(services, Options.Options.DefaultName);
        services.AddSingleton(registration.Create);
        return new ObjectStoreBuilder(services, registration);
    }

    /// <summary>
    /// Registers a named store as a singleton <see cref="ObjectStore"/>, keyed by its name (<c>[FromKeyedServices("media")]</c>).
    /// </summary>
    /// <example>
    /// <code>
    /// services.AddBleepStore("media").UseConfiguration(configuration.GetSection("Store"), b =&gt; b.InMemory());
    /// </code>
    /// </example>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The name, which must not be empty. It appears in errors, logs, traces and metrics.</param>
    /// <exception cref="InvalidOperationException">There is a store of that name already.</exception>
    public static ObjectStoreBuilder AddBleepStore(this IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ObjectStoreRegistration registration = Register(services, name);
        services.AddKeyedSingleton(name, (provider, _) => registration.Create(provider));
        return new ObjectStoreBuilder(services, registration);
    }

    /// <summary>
    /// Removes the backend of the unnamed store, so a test can choose another, as in <c>services.ReplaceBleepStore().UseInMemory()</c>. The
    /// store keeps its options, its decorators, its buckets and its actions at the start of the host. The options of the old backend are no
    /// longer validated.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <returns>The builder, to choose the backend.</returns>
    /// <exception cref="InvalidOperationException">There is no unnamed store.</exception>
    public static ObjectStoreBuilder ReplaceBleepStore(this IServiceCollection services) => Replace(services, Options.Options.DefaultName);

    /// <summary>
    /// Removes the backend of a named store, so a test can choose another. The rest is as for
    /// <see cref="ReplaceBleepStore(IServiceCollection)"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The name of the store, which must not be empty.</param>
    /// <returns>The builder, to choose the backend.</returns>
    /// <exception cref="InvalidOperationException">There is no store of that name.</exception>
    public static ObjectStoreBuilder ReplaceBleepStore(this IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Replace(services, name);
    }

    private static ObjectStoreBuilder Replace(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (Find(services, name) is not { } registration)
        {
            string wanted = name.Length == 0 ? "unnamed store" : $"store '{name}'";
            IEnumerable<string> there = Registered(services)
                .Select(static other => other.Name.Length == 0 ? "the unnamed one" : $"'{other.Name}'");
            string names = string.Join(", ", there);
            throw new InvalidOperationException(
                $"There is no {wanted} to replace. Call {nameof(ReplaceBleepStore)} after {nameof(AddBleepStore)}. "
                + $"Registered: {(names.Length == 0 ? "none" : names)}.");
        }

        registration.RemoveBackend();
        return new ObjectStoreBuilder(services, registration);
    }

    private static ObjectStoreRegistration? Find(IServiceCollection services, string name) =>
        Registered(services).FirstOrDefault(other => string.Equals(other.Name, name, StringComparison.Ordinal));

    private static IEnumerable<ObjectStoreRegistration> Registered(IServiceCollection services) =>
        services
            .Where(static service => !service.IsKeyedService)
            .Select(static service => service.ImplementationInstance)
            .OfType<ObjectStoreRegistration>();

    private static ObjectStoreRegistration Register(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (Find(services, name) is not null)
        {
            throw new InvalidOperationException(name.Length == 0
                ? $"{nameof(AddBleepStore)}() was called twice. Give further stores names: {nameof(AddBleepStore)}(\"media\")."
                : $"{nameof(AddBleepStore)}(\"{name}\") was called twice. Every store needs a unique name.");
        }

        var registration = new ObjectStoreRegistration(name);
        services.AddSingleton(registration);
        services.AddOptions<StoreStart>(name).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StoreStart>, StoreStart.Validator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ObjectStoreOptions>, ObjectStoreOptionsValidator>());
        return registration;
    }
}
