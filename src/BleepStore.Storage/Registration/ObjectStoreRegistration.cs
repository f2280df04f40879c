using BleepStore.Storage.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Registration;

/// <summary>What is registered under one name.</summary>
internal sealed class ObjectStoreRegistration(string name)
{
    private readonly List<Func<IServiceProvider, StorageBackend, StorageBackend>> _decorators = [];
    private Func<IServiceProvider, StorageBackend>? _backend;

    public string Name { get; } = name;

    public bool HasBackend => _backend is not null;

    /// <summary>How messages call the store.</summary>
    public string Label => Name.Length == 0 ? "The unnamed store" : $"The store '{Name}'";

    /// <exception cref="InvalidOperationException">It has a backend already.</exception>
    public void SetBackend(Func<IServiceProvider, StorageBackend> create)
    {
        if (HasBackend)
        {
            throw new InvalidOperationException($"{Label} has a backend already. A store has one; register another store for another backend.");
        }

        _backend = create;
    }

    /// <summary>Adds a decorator inside of those that were added before.</summary>
    public void AddDecorator(Func<IServiceProvider, StorageBackend, StorageBackend> decorate) => _decorators.Add(decorate);

    public ObjectStore Create(IServiceProvider services)
    {
        // Reading the options validates them, and that there is a backend.
        ObjectStoreOptions options = services.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().Get(Name);
        StorageBackend backend = _backend!(services);
        try
        {
            for (int at = _decorators.Count - 1; at >= 0; at--)
            {
                backend = _decorators[at](services, backend) ?? throw new InvalidOperationException($"{Label} has a decorator that returned null.");
            }

            return ObjectStore.Create(Name, backend, options, services.GetService<ILoggerFactory>(), services.GetService<TimeProvider>());
        }
        catch
        {
            // There is no store that could own it.
            backend.Dispose();
            throw;
        }
    }
}
