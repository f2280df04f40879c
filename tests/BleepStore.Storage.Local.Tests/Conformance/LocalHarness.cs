using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Local.Tests.Conformance;

/// <summary>A root of its own for every fixture, with the options that applications have by default.</summary>
public sealed class LocalHarness : ConformanceHarness
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");

    public override string Name => "local";

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
        ValueTask.FromResult(LocalStore.Create(new LocalBackendOptions { RootPath = _root }, options, loggerFactory: null, timeProvider));

    public override ValueTask<ForeignObject?> PlantForeignNameAsync(string bucket)
    {
        string path = Path.Combine(_root, bucket, "a~=zz");
        File.WriteAllText(path, "foreign");
        return ValueTask.FromResult<ForeignObject?>(new ForeignObject("a~=zz", () =>
        {
            File.Delete(path);
            return Task.CompletedTask;
        }));
    }

    public override ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync()
    {
        string internals = Path.Combine(_root, ".bleepstore");
        IReadOnlyList<string> files = [.. Directory.EnumerateFiles(internals, "*", SearchOption.AllDirectories)
            .Where(static path => Path.GetFileName(path) is not ("lock" or "locks"))
            .Select(path => Path.GetRelativePath(internals, path))
            .Order(StringComparer.Ordinal)];
        return ValueTask.FromResult<IReadOnlyList<string>?>(files);
    }

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }

        return base.DisposeAsync();
    }
}
