using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage;

/// <summary>
/// A store being registered: one <c>Use…</c> call picks its backend, <see cref="Configure(Action{ObjectStoreOptions})"/> says how it moves
/// bytes. Not thread-safe.
/// </summary>
public sealed class ObjectStoreBuilder
{
    private readonly ObjectStoreRegistration _registration;

    internal ObjectStoreBuilder(IServiceCollection services, ObjectStoreRegistration registration)
    {
        Services = services;
        _registration = registration;
    }

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The store's name; empty for the unnamed one.</summary>
    public string Name => _registration.Name;

    /// <summary>Sets how the store moves bytes.</summary>
    /// <param name="configure">Sets the options. They are checked when the application starts.</param>
    public ObjectStoreBuilder Configure(Action<ObjectStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddOptions<ObjectStoreOptions>(Name).Configure(configure);
        return this;
    }

    /// <summary>Sets how the store moves bytes, from configuration.</summary>
    /// <param name="configuration">The section that has <see cref="ObjectStoreOptions"/> by their names.</param>
    public ObjectStoreBuilder Configure(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Services.AddOptions<ObjectStoreOptions>(Name).Bind(configuration);
        return this;
    }

    /// <summary>
    /// Wraps the backend of the store. The store keeps its name, its options and its logger. The first decorator that is added is the
    /// outermost: it sees every request first. The order of <c>Use…</c> and <c>Decorate</c> does not matter.
    /// </summary>
    /// <param name="decorate">
    /// Returns the decorator of a backend, usually a <see cref="DelegatingBackend"/>. It is called once, when the store is made. The
    /// decorator owns the backend and disposes it.
    /// </param>
    public ObjectStoreBuilder Decorate(Func<IServiceProvider, StorageBackend, StorageBackend> decorate)
    {
        ArgumentNullException.ThrowIfNull(decorate);
        _registration.AddDecorator(decorate);
        return this;
    }

    /// <summary>
    /// Picks the backend by configuration, so that where objects live is no matter of code: the section's <c>Backend</c> names one of the
    /// backends offered, the rest of it holds that backend's options and <see cref="ObjectStoreOptions"/>.
    /// </summary>
    /// <param name="configuration">The section.</param>
    /// <param name="offer">Offers the backends that the application refers to, e.g. <c>b => b.Local().Azure()</c>.</param>
    /// <exception cref="InvalidOperationException"><c>Backend</c> is missing or names none of those offered, or the store has a backend
    /// already.</exception>
    public ObjectStoreBuilder UseConfiguration(IConfiguration configuration, Action<BackendChoices> offer)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(offer);
        var choices = new BackendChoices();
        offer(choices);
        choices.Find(configuration["Backend"], _registration.Label)(this, configuration);
        return Configure(configuration);
    }

    /// <summary>
    /// For authors of backends: picks a backend that is made from options. They are validated at start, by the
    /// <see cref="IValidateOptions{TOptions}"/> registered for them, under the store's name.
    /// </summary>
    /// <typeparam name="TOptions">The backend's options.</typeparam>
    /// <param name="create">Makes the backend; the store owns it.</param>
    /// <returns>To set the options.</returns>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public OptionsBuilder<TOptions> UseBackend<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        Func<IServiceProvider, TOptions, StorageBackend> create)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(create);
        string name = Name;
        _registration.SetBackend(services => create(services, services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name)));
        return Services.AddOptions<TOptions>(Name).ValidateOnStart();
    }
}
