using BleepStore.Storage.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Extensions.Tests.Support;

/// <summary>A store that was registered as an application does it, over a backend of the test's.</summary>
internal sealed class Registered : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Registered(
        StorageBackend backend,
        Action<ObjectStoreBuilder> decorate,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null,
        Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        if (loggers is not null)
        {
            services.AddSingleton(loggers);
        }

        add?.Invoke(services);
        ObjectStoreBuilder builder = services.AddBleepStore();
        builder.UseBackend<Unused>((_, _) => backend);
        decorate(builder);
        _services = services.BuildServiceProvider();
        Store = _services.GetRequiredService<ObjectStore>();
    }

    public ObjectStore Store { get; }

    public Bucket Bucket => Store.GetBucket(FaultyBackend.Bucket);

    /// <summary>The backend with its decorators.</summary>
    public StorageBackend Backend => Store.GetService<StorageBackend>()!;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    public sealed class Unused;
}
