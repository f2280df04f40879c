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
/// Registers a store. One <c>Use…</c> call selects its backend, and <see cref="Configure(Action{ObjectStoreOptions})"/> sets the options of
/// its transfers. Not thread-safe.
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

    /// <summary>The store's name. It is empty for the unnamed store.</summary>
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
    /// Registers a bucket of the store as a singleton <see cref="Bucket"/>, keyed by <paramref name="serviceKey"/>
    /// (<c>[FromKeyedServices("photos")]</c>). The bucket is not created (<see cref="CreateBuckets"/>).
    /// </summary>
    /// <param name="name">The bucket's name.</param>
    /// <param name="serviceKey">The service key for injection. The default is <paramref name="name"/>.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>.</exception>
    /// <exception cref="InvalidOperationException">A bucket with that service key already exists.</exception>
    public ObjectStoreBuilder AddBucket(string name, string? serviceKey = null)
    {
        BucketNames.Check(name);
        string key = serviceKey ?? name;
        if (Services.Any(service => service.IsKeyedService && service.ServiceType == typeof(Bucket) && key.Equals(service.ServiceKey)))
        {
            throw new InvalidOperationException(
                $"A bucket with the service key '{key}' already exists. "
                + $"Give this one another: {nameof(AddBucket)}(\"{name}\", \"other\").");
        }

        ObjectStoreRegistration registration = _registration;
        Services.AddKeyedSingleton(key, (services, _) => registration.Resolve(services).GetBucket(name));
        return this;
    }

    /// <summary>
    /// Creates buckets that are not there when the host starts, before its other services start. A failure stops the host. Without it, a
    /// bucket that was forgotten works on a cloud where all buckets share a container, and fails with
    /// <see cref="StorageErrorCode.NoSuchBucket"/> elsewhere.
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
    /// When the host starts, before its other services start, checks that the upstream can be used (<see cref="ObjectStore.CheckAsync"/>).
    /// A failure stops the host with its <see cref="StorageException"/>.
    /// </summary>
    /// <param name="options">The options of the check. By default no write is probed.</param>
    public ObjectStoreBuilder CheckOnStart(CheckOptions? options = null)
    {
        _registration.CheckOnStart = options ?? new CheckOptions();
        return RunOnStart();
    }

    /// <summary>
    /// Wraps the backend of the store. The store keeps its name, its options and its logger. The first decorator that is added is the
    /// outermost, so it sees every request first. The order of <c>Use…</c> and <c>Decorate</c> does not matter.
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
    /// Wraps the backend of the store by a decorator that is created from options. It is for authors of decorators. They are validated at
    /// start, by the <see cref="IValidateOptions{TOptions}"/> registered for them, under the store's name.
    /// </summary>
    /// <typeparam name="TOptions">The decorator's options.</typeparam>
    /// <param name="method">The method that adds the decorator, such as <c>WithRetry</c>, for messages.</param>
    /// <param name="decorate">Creates the decorator, which owns the backend. It is called once, when the store is created.</param>
    /// <returns>The builder of the options.</returns>
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
    /// Selects the backend by configuration, so the code does not decide where objects are stored. The section's <c>Backend</c> names one
    /// of the offered backends. The rest of the section holds that backend's options and <see cref="ObjectStoreOptions"/>.
    /// </summary>
    /// <param name="configuration">The section.</param>
    /// <param name="offer">Offers the backends that the application refers to, e.g. <c>b => b.Local().Azure()</c>.</param>
    /// <remarks>
    /// <c>Backend</c> is read here, and the options when the store is created. So add all sources of configuration first. A <c>Backend</c>
    /// that is missing or not offered fails when the host starts, or else when the store is created. So a test can replace the backend of
    /// an application that has no configuration (<c>ReplaceBleepStore</c>).
    /// </remarks>
    /// <exception cref="InvalidOperationException">The store already has a backend.</exception>
    public ObjectStoreBuilder UseConfiguration(IConfiguration configuration, Action<BackendChoices> offer)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(offer);
        var choices = new BackendChoices();
        offer(choices);
        if (choices.TryFind(
            configuration.GetSection(BackendSetting),
            _registration.Label,
            out Action<ObjectStoreBuilder, IConfiguration>? use,
            out string? fault))
        {
            use(this, configuration);
        }
        else
        {
            _registration.LackBackend(fault);
        }

        _registration.Settings.Expect(configuration, BackendSetting);
        if (choices.Settings is { } settings)
        {
            // The settings of the other backends also count, because another source of configuration can choose one of them.
            _registration.Settings.Expect(configuration, settings);
        }
        else
        {
            _registration.Settings.Leave(configuration);
        }

        return Configure(configuration);
    }

    /// <summary>
    /// Declares that a section of configuration holds options. It is for authors of backends and decorators. A setting that none of the
    /// options of the section has is then an error when the application starts. The error names the nearest setting. Options of several
    /// types can share a section. It binds nothing.
    /// </summary>
    /// <typeparam name="TOptions">The options. Each public settable property is a setting, except delegates.</typeparam>
    /// <param name="configuration">The section. The root of a configuration is not checked.</param>
    public ObjectStoreBuilder ExpectSettings<[DynamicallyAccessedMembers(KnownSettings.Needed)] TOptions>(IConfiguration configuration)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _registration.Settings.Expect<TOptions>(configuration);
        return this;
    }

    /// <summary>
    /// Selects a backend that is created from options. It is for authors of backends. They are validated at start, by the
    /// <see cref="IValidateOptions{TOptions}"/> registered for them, under the store's name.
    /// </summary>
    /// <typeparam name="TOptions">The backend's options.</typeparam>
    /// <param name="create">Creates the backend, which the store owns.</param>
    /// <returns>The builder of the options.</returns>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public OptionsBuilder<TOptions> UseBackend<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
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
