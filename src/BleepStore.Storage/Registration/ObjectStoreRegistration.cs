using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Registration;

/// <summary>The registration of one name.</summary>
internal sealed class ObjectStoreRegistration(string name)
{
    private readonly List<Func<IServiceProvider, StorageBackend, StorageBackend>> _decorators = [];
    private readonly SortedSet<string> _buckets = new(StringComparer.Ordinal);
    private Func<IServiceProvider, StorageBackend>? _backend;
    private readonly List<(string Method, Action<IServiceProvider> Validate)> _decoratorOptions = [];
    private Action<IServiceProvider>? _validate;

    public string Name { get; } = name;

    public KnownSettings Settings { get; } = new();

    /// <summary>The options of the check when the host starts. <see langword="null"/> for no check.</summary>
    public CheckOptions? CheckOnStart { get; set; }

    /// <summary>The buckets that are created when the host starts.</summary>
    public IReadOnlyCollection<string> BucketsToCreate => _buckets;

    public bool HasBackend => _backend is not null;

    /// <summary>How messages call the store.</summary>
    public string Label => OptionFaults.Label(Name);

    /// <summary>Sets how the backend is made from its options.</summary>
    /// <exception cref="InvalidOperationException">It has a backend already.</exception>
    public void SetBackend<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        Func<IServiceProvider, TOptions, StorageBackend> create)
        where TOptions : class
    {
        if (HasBackend)
        {
            throw new InvalidOperationException($"{Label} already has a backend. For another backend, register another store.");
        }

        _backend = services => create(services, Read<TOptions>(services));
        _validate = services => Read<TOptions>(services);
    }

    /// <summary>
    /// Notes why there is no backend. The store fails when it is made or when the host starts, and not at once. A test that replaces the
    /// backend needs no configuration.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has a backend already.</exception>
    public void LackBackend(string fault)
    {
        SetBackend<ObjectStoreOptions>((_, _) => throw new InvalidOperationException(fault));
        _validate = _ => throw new InvalidOperationException(fault);
    }

    /// <summary>
    /// Makes room for another backend. The options of this one are no longer read, and the sections that were expected until now are no
    /// longer looked at.
    /// </summary>
    public void RemoveBackend()
    {
        (_backend, _validate) = (null, null);
        Settings.Leave();
    }

    /// <summary>Adds a decorator inside of those that were added before.</summary>
    public void AddDecorator(Func<IServiceProvider, StorageBackend, StorageBackend> decorate) => _decorators.Add(decorate);

    /// <summary>Adds a decorator that is made from options, inside of those that were added before.</summary>
    /// <exception cref="InvalidOperationException">It has one of this method already, whose options have the same name.</exception>
    public void AddDecorator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        string method, Func<IServiceProvider, StorageBackend, TOptions, StorageBackend> decorate)
        where TOptions : class
    {
        if (_decoratorOptions.Exists(other => other.Method == method))
        {
            throw new InvalidOperationException($"{Label} already has {method}. Call {method} once for each store.");
        }

        _decoratorOptions.Add((method, services => Read<TOptions>(services)));
        AddDecorator((services, inner) => decorate(services, inner, Read<TOptions>(services)));
    }

    public void AddBucketToCreate(string bucket) => _buckets.Add(bucket);

    /// <summary>The store that was registered.</summary>
    public ObjectStore Resolve(IServiceProvider services) =>
        Name.Length == 0 ? services.GetRequiredService<ObjectStore>() : services.GetRequiredKeyedService<ObjectStore>(Name);

    public ObjectStore Create(IServiceProvider services)
    {
        // Reading the options validates them, and also validates that there is a backend.
        ObjectStoreOptions options = Read<ObjectStoreOptions>(services);
        StorageBackend backend = _backend!(services);
        try
        {
            for (int at = _decorators.Count - 1; at >= 0; at--)
            {
                backend = _decorators[at](services, backend)
                    ?? throw new InvalidOperationException($"{Label} has a decorator that returned null.");
            }

            return ObjectStore.Create(Name, backend, options, services.GetService<ILoggerFactory>(), services.GetService<TimeProvider>());
        }
        catch
        {
            // No store exists to own it.
            backend.Dispose();
            throw;
        }
    }

    /// <summary>Reads all options, and makes nothing of them.</summary>
    /// <returns>One sentence for each fault.</returns>
    public IEnumerable<string> Faults(IServiceProvider services) =>
        FaultsOf(() => Read<ObjectStoreOptions>(services))
            .Concat(FaultsOf(() => _validate?.Invoke(services)))
            .Concat(_decoratorOptions.SelectMany(decorator => FaultsOf(() => decorator.Validate(services))));

    private static IEnumerable<string> FaultsOf(Action read)
    {
        try
        {
            read();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return error.Failures;
        }
        catch (InvalidOperationException error)
        {
            return [error.Message];
        }
    }

    /// <exception cref="InvalidOperationException">A value in the configuration has the wrong type for the option.</exception>
    private T Read<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(IServiceProvider services)
        where T : class
    {
        try
        {
            return services.GetRequiredService<IOptionsMonitor<T>>().Get(Name);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"{Label}: {error.Message}", error);
        }
    }
}
