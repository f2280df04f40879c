using System.Diagnostics;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Layout;

/// <summary>Paths that are longer than the system takes in one call.</summary>
public class LongPathsTests : LocalFixture
{
    [Test]
    public async Task A_key_of_1024_slashes_and_one_of_1024_control_characters_fit()
    {
        Bucket bucket = await OpenBucketAsync();
        string[] keys = [new string('\0', 1024), new string('/', 1024), string.Concat(Enumerable.Repeat("x/", 512)), new string('x', 1024)];
        foreach (string key in keys)
        {
            await bucket.PutAsync(key, Bytes("v"));
        }

        Assert.That(await ListAsync(bucket), Is.EqualTo(keys));
        foreach (string key in keys)
        {
            Assert.That(await ReadAsync(bucket, key), Is.EqualTo("v"));
            await bucket.DeleteAsync(key);
        }

        Assert.That(Directory.EnumerateFileSystemEntries(PathIn("bucket")), Is.Empty);
    }

    /// <summary>macOS takes paths of 1,024 bytes, with the path of the root in them.</summary>
    [Test]
    public async Task Where_the_system_takes_short_paths_alone_a_longer_key_is_InvalidKey_and_leaves_nothing()
    {
        const int longest = 1024;
        var host = new FaultyHost { OnStat = static path => path.Length > longest ? DiskError.NameTooLong : DiskError.None };
        Bucket bucket = await OpenBucketAsync(store: Open(new LocalBackend(Options()) { Layer = new ManagedLayer(host) }));
        string fits = string.Join('/', Enumerable.Repeat(new string('k', 99), 9));
        string tooLong = fits + "/" + new string('k', 99);
        await bucket.PutAsync(fits, Bytes("x"));

        await FailAsync(StorageErrorCode.InvalidKey, () => bucket.PutAsync(tooLong, Bytes("x")));
        await FailAsync(StorageErrorCode.InvalidKey, () => bucket.HeadAsync(tooLong));
        await FailAsync(StorageErrorCode.InvalidKey, () => bucket.DeleteAsync(tooLong));

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { fits }));
        Assert.That(await bucket.ListForeignNamesAsync().CountAsync(), Is.Zero);
    }

    /// <summary>
    /// No folder is held open while the next is looked at, or the process would run out of files. Keys end at a depth of about a thousand:
    /// what is deeper is one foreign name.
    /// </summary>
    [Test]
    public async Task A_tree_of_3000_folders_is_listed_with_few_open_files()
    {
        Bucket bucket = await OpenBucketAsync("crash");
        await bucket.PutAsync("a", Bytes("x"));
        await bucket.PutAsync(new string('/', 1024), Bytes("the deepest key"));
        MakeDeep(PathIn("crash"), 3_000, "d");
        MakeDeep(PathIn("crash"), 3_000, "~=_");

        using Process child = StartChild("list", "--files", "150");
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string[] lines = (await child.StandardOutput.ReadToEndAsync()).Trim().Split('\n');
        await child.WaitForExitAsync();

        Assert.That(lines, Is.EqualTo(new[] { "2 keys, 2 foreign names", "BucketNotEmpty" }), await errors);
        ForeignName deep = await bucket.ListForeignNamesAsync().FirstAsync();
        Assert.That(deep.DisplayName, Does.StartWith("d/d/").And.EndsWith("/d/").And.Length.GreaterThan(2000));
        using Process removed = Process.Start("rm", ["-rf", PathIn("crash")]);
        await removed.WaitForExitAsync();
    }

    /// <summary>Makes folders in each other, with a file in the last. Their path is longer than the system takes at once.</summary>
    private void MakeDeep(string path, int depth, string name)
    {
        Assert.That(Layer.OpenRoot(path, out DiskFolder folder), Is.EqualTo(DiskError.None));
        for (int i = 0; i < depth; i++)
        {
            Assert.That(folder.MakeFolder(name), Is.EqualTo(DiskError.None));
            Assert.That(folder.OpenFolder(name, out DiskFolder inner), Is.EqualTo(DiskError.None));
            folder.Dispose();
            folder = inner;
        }

        Assert.That(folder.MakeFile("file", out DiskFile file), Is.EqualTo(DiskError.None));
        file.Dispose();
        folder.Dispose();
    }
}
