using System.Diagnostics;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Local.Tests.Conformance;

/// <summary>A root of its own for every fixture, with the options that applications have by default.</summary>
public class LocalHarness : ConformanceHarness
{
    private static readonly TimeSpan LongestDeletion = TimeSpan.FromSeconds(10);

    protected string Root { get; } = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");

    public override string Name => "local";

    public override IReadOnlyList<Difference> Differences => Wine.IsHere ? Wine.Differences : [];

    public override IReadOnlyList<Difference> PossibleDifferences => Wine.Differences;

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
        ValueTask.FromResult(LocalStore.Create(new LocalBackendOptions { RootPath = Root }, options, loggerFactory: null, timeProvider));

    public override ValueTask<ForeignObject?> PlantForeignNameAsync(string bucket)
    {
        string path = Path.Combine(Root, bucket, "a~=zz");
        File.WriteAllText(path, "foreign");
        return ValueTask.FromResult<ForeignObject?>(new ForeignObject("a~=zz", () =>
        {
            File.Delete(path);
            return Task.CompletedTask;
        }));
    }

    /// <summary>
    /// An upload that has ended is moved to the temporary files, and deleted there in the background. That is waited for.
    /// </summary>
    public override async ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync()
    {
        var waited = Stopwatch.StartNew();
        IReadOnlyList<string> files = ListInternalNames();
        while (files.Any(IsBeingDeleted) && waited.Elapsed < LongestDeletion)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
            files = ListInternalNames();
        }

        return files;
    }

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }

        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }

    /// <summary>Files in a folder of the temporary files, <c>tmp/INSTANCE/FOLDER/FILE</c>. A put has no folder there.</summary>
    private static bool IsBeingDeleted(string path) =>
        path.Split(Path.DirectorySeparatorChar) is ["tmp", _, _, _, ..];

    private string[] ListInternalNames()
    {
        string internals = Path.Combine(Root, ".bleepstore");
        return
        [
            .. Directory.EnumerateFiles(internals, "*", SearchOption.AllDirectories)
                .Where(static path => Path.GetFileName(path) is not ("lock" or "lock.0" or "locks" or "locks.0" or "format"))
                .Where(static path => Path.GetFileName(Path.GetDirectoryName(path)) != "locks.d")
                .Select(path => Path.GetRelativePath(internals, path))
                .Order(StringComparer.Ordinal),
        ];
    }
}
