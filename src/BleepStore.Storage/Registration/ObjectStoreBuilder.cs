using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage;

/// <summary>
/// A store being registered: one <c>Use…</c> call picks its backend, <see cref="Configure(Action{ObjectStoreOptions})"/> says how it moves
/// bytes. Not thread-safe.
/// </summary>
public sealed class ObjectStoreBuilder
{
    private const string BackendSetting = "Backend";

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
    /// <param name="configuration">
    /// The section that has <see cref="ObjectStoreOptions"/> by their names. A setting that no options have is an error when the
    /// application starts.
    /// </param>
    public ObjectStoreBuilder Configure(IConfiguration configuration)
    {
        ExpectSettings<ObjectStoreOptions>(configuration);
        ExpectSettings<StoreLinkOptions>(configuration.GetSection(nameof(ObjectStoreOptions.Links)));
        Services.AddOptions<ObjectStoreOptions>(Name).Bind(configuration);
        return this;
    }

    /// <summary>
    /// Registers a bucket of the store: a singleton <see cref="Bucket"/>, keyed by <paramref name="serviceKey"/>
    /// (<c>[FromKeyedServices("photos")]</c>). The bucket is not created (<see cref="CreateBuckets"/>).
    /// </summary>
    /// <param name="name">The bucket's name.</param>
    /// <param name="serviceKey">What it is injected by. Default: <paramref name="name"/>.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>.</exception>
    /// <exception cref="InvalidOperationException">There is a bucket of that service key already.</exception>
    public ObjectStoreBuilder AddBucket(string name, string? serviceKey = null)
    {
        BucketNames.Check(name);
        string key = serviceKey ?? name;
        if (Services.Any(service => service.IsKeyedService && service.ServiceType == typeof(Bucket) && key.Equals(service.ServiceKey)))
        {
            throw new InvalidOperationException(
                $"There is a bucket of the service key '{key}' already. "
                + $"Give this one another: {nameof(AddBucket)}(\"{name}\", \"other\").");
        }

        ObjectStoreRegistration registration = _registration;
        Services.AddKeyedSingleton(key, (services, _) => registration.Resolve(services).GetBucket(name));
        return this;
    }

    /// <summary>
    /// Creates buckets that are not there when the host starts, before its other services start. A failure stops the host. Without it, a
    /// bucket that was forgotten works on a cloud where all buckets share a container, and is <see cref="StorageErrorCode.NoSuchBucket"/>
    /// elsewhere.
    /// </summary>
    /// <param name="names">The buckets.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>.</exception>
    public ObjectStoreBuilder CreateBuckets(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            BucketNames.Check(name);
            _registration.AddBucketToCreate(name);
        }

        return RunOnStart();
    }

    /// <summary>
    /// Checks when the host starts, before its other services start, that the upstream can be used
    /// (<see cref="ObjectStore.CheckAsync"/>). A failure stops the host with its <see cref="StorageException"/>.
    /// </summary>
    /// <param name="options">What to check. Default: no write is probed.</param>
    public ObjectStoreBuilder CheckOnStart(CheckOptions? options = null)
    {
        _registration.CheckOnStart = options ?? new CheckOptions();
        return RunOnStart();
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
    /// For authors of decorators: wraps the backend of the store by a decorator that is made from options. They are validated at start, by
    /// the <see cref="IValidateOptions{TOptions}"/> registered for them, under the store's name.
    /// </summary>
    /// <typeparam name="TOptions">The decorator's options.</typeparam>
    /// <param name="method">The method that adds the decorator, for messages: <c>WithRetry</c>.</param>
    /// <param name="decorate">Makes the decorator, which owns the backend. Called once, when the store is made.</param>
    /// <returns>To set the options.</returns>
    /// <exception cref="InvalidOperationException">The store has a decorator of this method already.</exception>
    public OptionsBuilder<TOptions> Decorate<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        string method, Func<IServiceProvider, StorageBackend, TOptions, StorageBackend> decorate)
        where TOptions : class
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(decorate);
        _registration.AddDecorator(method, decorate);
        return Services.AddOptions<TOptions>(Name);
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
        choices.Find(configuration[BackendSetting], _registration.Label)(this, configuration);
        _registration.Settings.Expect(configuration, BackendSetting);
        if (choices.Settings is { } settings)
        {
            // Also those of the others, because another source of configuration can choose the backend.
            _registration.Settings.Expect(configuration, settings);
        }
        else
        {
            _registration.Settings.Leave(configuration);
        }

        return Configure(configuration);
    }

    /// <summary>
    /// For authors of backends and decorators: says that a section of configuration holds options. Then a setting that none of the options
    /// of the section has is an error when the application starts, which names the nearest one. Options of several types can share a
    /// section. Nothing is bound here.
    /// </summary>
    /// <typeparam name="TOptions">The options. Each public property that can be set is a setting, but for delegates.</typeparam>
    /// <param name="configuration">The section. The root of a configuration is not looked at.</param>
    public ObjectStoreBuilder ExpectSettings<[DynamicallyAccessedMembers(KnownSettings.Needed)] TOptions>(IConfiguration configuration)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _registration.Settings.Expect<TOptions>(configuration);
        return this;
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
        _registration.SetBackend(create);
        return Services.AddOptions<TOptions>(Name);
    }

    private ObjectStoreBuilder RunOnStart()
    {
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartedStores>());
        return this;
    }
}
