using BleepStore.Storage.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Local.Tests.Conformance;

/// <summary>A local store that encrypts, as an application registers it.</summary>
public sealed class EncryptedLocalHarness : ConformanceHarness
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");
    private readonly KeyRing _ring = new("local", new byte[32]);

    public override string Name => "local, encrypted";

    public override IReadOnlyList<Difference> Differences =>
    [
        new("Conditions.A_repeated_ETag_meets_IfMatch_where_a_revision_does_not_repeat", "The same bytes are encrypted to others each time."),
        new("Conditions.IfMatch_holds_when_the_same_bytes_are_written_meanwhile", "The same bytes are encrypted to others each time."),
    ];

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(timeProvider ?? TimeProvider.System);
        services.AddBleepStore()
            .UseLocal(local => local.RootPath = _root)
            .WithEncryption(_ring)
            .Configure(store => Copy(options ?? new ObjectStoreOptions(), store));

        // The suite disposes the store.
        return ValueTask.FromResult(services.BuildServiceProvider().GetRequiredService<ObjectStore>());
    }

    public override async ValueTask DisposeAsync()
    {
        _ring.Dispose();
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }

        await base.DisposeAsync();
    }

    private static void Copy(ObjectStoreOptions from, ObjectStoreOptions to)
    {
        foreach (var property in typeof(ObjectStoreOptions).GetProperties().Where(static property => property.CanWrite))
        {
            property.SetValue(to, property.GetValue(from));
        }
    }
}
