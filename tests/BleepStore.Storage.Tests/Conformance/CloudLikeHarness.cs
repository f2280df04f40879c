using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Tests.Conformance;

/// <summary>The in-memory backend behind <see cref="CloudLikeBackend"/>.</summary>
public class CloudLikeHarness : ConformanceHarness
{
    private readonly ObjectStore _owner = InMemoryStore.Create();
    private CloudLikeBackend? _backend;

    public override string Name => "memory as a cloud";

    public override ValueTask StartAsync()
    {
        bool contended = TestContext.CurrentContext.Test.ClassName!.EndsWith("Concurrency", StringComparison.Ordinal);
        _backend = new CloudLikeBackend(new UnownedBackend(_owner.GetService<StorageBackend>()!)) { LosesAnswers = !contended };
        return ValueTask.CompletedTask;
    }

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
        ValueTask.FromResult(ObjectStore.Create(new UnownedBackend(Wrap(_backend!)), options, timeProvider: timeProvider));

    public override async ValueTask DisposeAsync()
    {
        string troubles = string.Join(", ", _backend!.Troubles.Select(static trouble => $"{trouble.Value} {trouble.Key}"));
        TestContext.Progress.WriteLine($"{TestContext.CurrentContext.Test.ClassName}: {troubles}");
        await _backend.DisposeAsync();
        await _owner.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Where a variant puts something around the backend.</summary>
    internal virtual StorageBackend Wrap(StorageBackend backend) => backend;
}
