using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Local.Tests.Conformance;

/// <summary>A disk behind the decorators that leave bytes alone, registered as an application registers them.</summary>
public sealed class LocalDecoratedHarness : ConformanceHarness
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");
    private readonly List<ServiceProvider> _providers = [];

    public override string Name => "local, decorated";

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        var services = new ServiceCollection();
        if (timeProvider is not null)
        {
            services.AddSingleton(timeProvider);
        }

        services.AddBleepStore()
            .WithTimeout(TimeSpan.FromMinutes(1))
            .WithConcurrencyLimit(4)
            .WithPrefix("tenants/zoë 100%/")
            .UseLocal(local =>
            {
                // No decorator has to do with flushes, which take most of the time.
                local.RootPath = _root;
                local.Durability = Durability.None;
            });
        ServiceProvider provider = services.BuildServiceProvider();
        lock (_providers)
        {
            _providers.Add(provider);
        }

        return ValueTask.FromResult(ObjectStore.Create(
            provider.GetRequiredService<ObjectStore>().GetService<StorageBackend>()!, options, timeProvider: timeProvider));
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider provider in _providers)
        {
            await provider.DisposeAsync();
        }

        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }

        await base.DisposeAsync();
    }
}
