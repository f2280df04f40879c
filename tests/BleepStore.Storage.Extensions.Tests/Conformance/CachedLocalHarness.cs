using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Local;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>A disk behind a cache, a retry, a circuit breaker and a rate limit, as an application stacks them.</summary>
public sealed class CachedLocalHarness : ConformanceHarness
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");
    private ObjectStore? _owner;

    public override string Name => "local, with a cache and all that guards it";

    public override ValueTask StartAsync()
    {
        _owner = LocalStore.Create(new LocalBackendOptions { RootPath = _root, Durability = Durability.None });
        return ValueTask.CompletedTask;
    }

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
        ValueTask.FromResult(DecoratedStore.Create(
            new UnownedBackend(_owner!.GetService<StorageBackend>()!),
            static builder => builder
                .WithCache()
                .WithRetry()
                .WithCircuitBreaker()
                .WithRateLimit(static options => (options.RequestsPerSecond, options.QueueLimit) = (1_000_000, 1_000_000)),
            options,
            timeProvider));

    public override async ValueTask DisposeAsync()
    {
        if (_owner is not null)
        {
            await _owner.DisposeAsync();
        }

        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }

        await base.DisposeAsync();
    }
}
