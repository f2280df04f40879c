using System.Diagnostics;
using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Native;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>
/// A root of its own for every test, with a canary tree around it. After each test nothing may be left among the temporary files, and not a
/// byte outside the root may have changed.
/// </summary>
public abstract class LocalFixture
{
    private readonly string _around = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");
    private readonly List<ObjectStore> _stores = [];

    /// <param name="layer">The file layer of the stores.</param>
    protected LocalFixture(DiskLayer layer = DiskLayer.Native)
    {
        IsManaged = layer == DiskLayer.Managed;
        Directory.CreateDirectory(Path.Combine(_around, "outside", "inner"));
        File.WriteAllText(Canary, "canary");
        File.WriteAllText(Path.Combine(_around, "outside", "inner", "deep.txt"), "deep");
        File.WriteAllText(Path.Combine(_around, "x"), "x");
    }

    /// <summary>Whether the stores are on the file layer for systems other than Linux.</summary>
    protected bool IsManaged { get; }

    /// <summary>The file layer of the stores.</summary>
    internal FileLayer Layer => IsManaged ? new ManagedLayer(new LinuxHost(hasAttributes: true)) : new NativeLayer(stepwise: false);

    protected string Root => Path.Combine(_around, "root");

    protected string Outside => Path.Combine(_around, "outside");

    protected string Canary => Path.Combine(Outside, "canary.txt");

    protected string Tmp => Path.Combine(Root, ".bleepstore", "tmp");

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected ObjectStore Open(Action<LocalBackendOptions>? configure = null)
    {
        var options = new LocalBackendOptions { RootPath = Root, Durability = Durability.None };
        configure?.Invoke(options);
        return Open(Backend(options));
    }

    /// <summary>Starts a process in a role, on this root and this file layer.</summary>
    protected Process StartChild(string role, params string[] arguments) => StartChild(role, arguments, []);

    /// <summary>Starts a process in a role, with variables of its own.</summary>
    protected Process StartChild(string role, string[] arguments, Dictionary<string, string> variables) =>
        Child.Start(role, ["--root", Root, "--layer", IsManaged ? "managed" : "native", .. arguments], variables);

    /// <summary>A store that the test disposes itself.</summary>
    protected ObjectStore Create(LocalBackendOptions options) => ObjectStore.Create(Backend(options));

    internal LocalBackend Backend(LocalBackendOptions options, int largestAttribute = int.MaxValue, bool stepwise = false) => new(options)
    {
        Layer = IsManaged ? Layer : null,
        LargestAttribute = largestAttribute,
        Stepwise = stepwise,
    };

    /// <summary>A store on a backend with its internal switches set.</summary>
    internal ObjectStore Open(LocalBackend backend) => Keep(ObjectStore.Create(backend, new ObjectStoreOptions { MinimumPartSize = 1 }));

    /// <summary>A store of a backend that is perhaps decorated.</summary>
    protected ObjectStore Open(StorageBackend backend, ObjectStoreOptions options) => Keep(ObjectStore.Create(backend, options));

    internal LocalBackendOptions Options(Durability durability = Durability.None) => new() { RootPath = Root, Durability = durability };

    protected async Task<Bucket> OpenBucketAsync(string name = "bucket", ObjectStore? store = null)
    {
        store ??= Open();
        await store.CreateBucketAsync(name, new CreateBucketOptions { IfNotExists = true });
        return store.GetBucket(name);
    }

    protected string PathIn(string bucket, params string[] names) => Path.Combine([Root, bucket, .. names]);

    protected static async Task<string> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return Encoding.UTF8.GetString(await reader.ReadAllAsync());
    }

    protected static async Task<List<string>> ListAsync(Bucket bucket, ListOptions? options = null)
    {
        var keys = new List<string>();
        await foreach (ListEntry entry in bucket.ListAsync(options))
        {
            keys.Add(entry.Key);
        }

        return keys;
    }

    protected static async Task<StorageException> FailAsync(StorageErrorCode code, Func<Task> act)
    {
        StorageException? error = await Assert.ThrowsAsync<StorageException>(async () => await act());
        Assert.That(error!.Code, Is.EqualTo(code), error.ToString());
        return error;
    }

    /// <summary>A source that starts another store on the root when half of it is read, while the write of it is under way.</summary>
    protected Stream StartsAnother() => new PatternStream(2_000_000)
    {
        OnRead = position =>
        {
            if (position is > 1_000_000 and < 1_200_000)
            {
                using ObjectStore other = Create(Options());
                other.CheckAsync().GetAwaiter().GetResult();
            }
        },
    };

    /// <summary>What is among the temporary files, beside the locks of living instances.</summary>
    protected string[] Temporaries() => Directory.Exists(Tmp)
        ? [.. Directory.EnumerateFileSystemEntries(Tmp, "*", SearchOption.AllDirectories).Where(path => !Directory.Exists(path) && Path.GetFileName(path) is not ("lock" or "lock.0"))]
        : [];

    private ObjectStore Keep(ObjectStore store)
    {
        _stores.Add(store);
        return store;
    }

    [TearDown]
    public async Task NothingIsLeftAndNothingOutsideWasTouched()
    {
        foreach (ObjectStore store in _stores)
        {
            await store.DisposeAsync();
        }

        string[] left = Directory.Exists(Tmp) ? Directory.GetFileSystemEntries(Tmp) : [];

        string[] outside = [.. Directory.EnumerateFileSystemEntries(_around, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(Root, StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(_around, path))
            .Order(StringComparer.Ordinal)];
        string canary = await File.ReadAllTextAsync(Canary);

        // Not Directory.Delete: some tests leave names that are not UTF-8, which .NET cannot spell.
        using (Process process = Process.Start("rm", ["-rf", _around]))
        {
            await process.WaitForExitAsync();
        }

        Assert.Multiple(() =>
        {
            Assert.That(left, Is.Empty, "temporary files are left");
            Assert.That(outside, Is.EqualTo(new[] { "outside", "outside/canary.txt", "outside/inner", "outside/inner/deep.txt", "x" }));
            Assert.That(canary, Is.EqualTo("canary"));
        });
    }
}
