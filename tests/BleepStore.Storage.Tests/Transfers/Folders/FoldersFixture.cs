using System.Diagnostics;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Tests.Transfers.Folders;

/// <summary>A folder and a bucket in memory, whose requests a test can see and change.</summary>
public abstract class FoldersFixture
{
    private protected static SyncOptions Deleting { get; } = new() { DeleteExtra = true };

    private protected TemporaryFolder Temporary { get; private set; }

    /// <summary>The store without a look at its requests.</summary>
    private protected ObjectStore Memory { get; private set; }

    private protected InterceptingBackend Backend { get; private set; }

    private protected ObjectStore Store { get; private set; }

    private protected Bucket Bucket { get; private set; }

    private protected string Tree { get; private set; }

    private protected SyncPlace Folder => SyncPlace.Folder(Tree);

    private protected SyncPlace Objects => SyncPlace.Bucket(Bucket);

    [SetUp]
    public async Task CreatePlaces()
    {
        Temporary = new TemporaryFolder();
        Tree = Directory.CreateDirectory(Temporary.PathOf("tree")).FullName;
        Memory = InMemoryStore.Create();
        Backend = new InterceptingBackend(new UnownedBackend(Memory.GetService<StorageBackend>()!));
        Store = ObjectStore.Create(Backend);
        await Memory.CreateBucketAsync("bucket");
        Bucket = Store.GetBucket("bucket");
    }

    [TearDown]
    public async Task DisposePlaces()
    {
        await Store.DisposeAsync();
        await Backend.DisposeAsync();
        await Memory.DisposeAsync();
        Temporary.Dispose();
    }

    private protected static void Shell(string script)
    {
        using var shell = Process.Start("sh", ["-c", script]);
        shell.WaitForExit();
        Assert.That(shell.ExitCode, Is.Zero);
    }

    private protected async Task<string[]> Keys() =>
        await Memory.GetBucket("bucket").ListAsync().Select(static entry => entry.Key).ToArrayAsync();

    private protected string[] Files() => !Directory.Exists(Tree)
        ? []
        :
        [
            .. Directory.EnumerateFiles(Tree, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Tree, path))
                .Order(StringComparer.Ordinal),
        ];

    private protected void Write(string name, int size) => Write(name, Payload.Bytes(size, size));

    private protected void Write(string name, byte[] content)
    {
        string path = Path.Combine(Tree, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
