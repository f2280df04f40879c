using System.Diagnostics;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Layout;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalStartTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task Start_creates_the_root_and_what_is_missing_above_it()
    {
        string deep = Path.Combine(Root, "made", "on", "start");

        await Open(options => options.RootPath = deep).CreateBucketAsync("bucket");

        Assert.That(Directory.Exists(Path.Combine(deep, "bucket")), Is.True);
    }

    [Test]
    public void Making_a_store_does_no_I_O()
    {
        Open();

        Assert.That(Directory.Exists(Root), Is.False);
    }

    [Test]
    public async Task A_missing_root_that_may_not_be_created_is_a_clear_error_that_names_it()
    {
        ObjectStore store = Open(options => options.CreateRoot = false);

        StorageException? error = await Assert.ThrowsAsync<StorageException>(() => store.CheckAsync());

        Assert.That(error!.Message, Does.Contain(Root).And.Contain("CreateRoot"));
        Directory.CreateDirectory(Root);
        await store.CheckAsync(new CheckOptions { ProbeWrite = true });
    }

    [Test]
    public async Task A_root_that_is_a_file_is_a_clear_error()
    {
        await File.WriteAllTextAsync(Root, "file");

        StorageException error = await FailAsync(StorageErrorCode.AccessDenied, () => Open().CheckAsync());

        Assert.That((error.ProviderCode, error.Message), Is.EqualTo(("ENOTDIR", error.Message)));
        File.Delete(Root);
    }

    [Test]
    public async Task A_root_whose_file_system_numbers_a_moved_file_anew_is_refused()
    {
        var host = new FaultyHost
        {
            OnMove = static (path, to) =>
            {
                if (!Path.GetFileName(path).StartsWith("probe.", StringComparison.Ordinal))
                {
                    return null;
                }

                File.Copy(path, to);
                File.Delete(path);
                return DiskError.None;
            },
        };
        ObjectStore store = Open(new LocalBackend(Options()) { Layer = new ManagedLayer(host) });

        StorageException error = await FailAsync(StorageErrorCode.NotSupported, () => store.CreateBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain(Root).And.Contain("changes a file's number when it moves"));
        Assert.That(Directory.Exists(PathIn("bucket")), Is.False);
    }

    /// <summary>The native layer locks by calls of its own.</summary>
    [Test]
    public async Task A_process_in_which_the_class_library_does_not_lock_is_refused_on_the_managed_layer()
    {
        using Process child = StartChild("large", [], new() { ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "1" });
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();

        Assert.That(child.ExitCode == 0, Is.Not.EqualTo(IsManaged), await errors);
        Assert.That(Directory.Exists(PathIn("crash")), Is.Not.EqualTo(IsManaged));
        if (IsManaged)
        {
            Assert.That(await errors, Does.Contain("NotSupported").And.Contain("DOTNET_SYSTEM_IO_DISABLEFILELOCKING"));
            Assert.That(output, Is.Empty);
        }
    }

    [Test]
    public async Task Start_is_idempotent_and_keeps_objects_uploads_and_the_files_of_users()
    {
        Bucket bucket = await OpenBucketAsync();
        string[] keys = [".tmp", "a.tmp.1", "report.tmp.2024.txt", "tmp/x", ".bleepstore/tmp/x"];
        foreach (string key in keys.Order(StringComparer.Ordinal))
        {
            await bucket.PutAsync(key, Bytes(key));
        }

        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        await upload.UploadPartAsync(1, Bytes("part"));
        await File.WriteAllTextAsync(Path.Combine(Root, "notes.tmp.txt"), "a user's");

        for (int i = 0; i < 3; i++)
        {
            Bucket again = await OpenBucketAsync(store: Open());
            Assert.That(await ListAsync(again), Is.EqualTo(keys.Order(StringComparer.Ordinal)));
            Assert.That((await again.GetMultipartUpload("key", upload.UploadId).ListPartsAsync().ToListAsync()).Count, Is.EqualTo(1));
        }

        Assert.That(await File.ReadAllTextAsync(Path.Combine(Root, "notes.tmp.txt")), Is.EqualTo("a user's"));
    }

    [Test]
    public async Task Start_sweeps_what_a_dead_instance_left_and_only_that()
    {
        await OpenBucketAsync();
        string dead = Path.Combine(Tmp, "dead");
        Directory.CreateDirectory(Path.Combine(dead, "upload"));
        Assert.That(Layer.OpenRoot(dead, out DiskFolder inDead), Is.EqualTo(DiskError.None));
        Assert.That(inDead.OpenLocks("lock", makesMissing: true, out DiskLocks released), Is.EqualTo(DiskError.None));
        Assert.That(released.TryLock(0), Is.EqualTo(DiskError.None));
        inDead.Dispose();
        released.Dispose();
        await File.WriteAllTextAsync(Path.Combine(dead, "1"), "half an object");
        await File.WriteAllTextAsync(Path.Combine(dead, "upload", "00001"), "a part");
        string unborn = Path.Combine(Tmp, "unborn");
        Directory.CreateDirectory(unborn);
        await File.WriteAllTextAsync(Path.Combine(unborn, "1"), "half an object");
        string living = Path.Combine(Tmp, "living");
        Directory.CreateDirectory(living);
        await File.WriteAllTextAsync(Path.Combine(living, "1"), "being written");
        Assert.That(Layer.OpenRoot(living, out DiskFolder folder), Is.EqualTo(DiskError.None));
        Assert.That(folder.OpenLocks("lock", makesMissing: true, out DiskLocks alive), Is.EqualTo(DiskError.None));
        Assert.That(alive.TryLock(0), Is.EqualTo(DiskError.None));

        await Open().CheckAsync();

        Assert.That(Directory.Exists(dead), Is.False);
        Assert.That(Directory.Exists(unborn), Is.False);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(living, "1")), Is.EqualTo("being written"));
        alive.Dispose();
        folder.Dispose();
        await Open().CheckAsync();
        Assert.That(Directory.Exists(living), Is.False);
    }

    [Test]
    public async Task Starting_while_another_instance_writes_leaves_its_temporary_files_alone()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", StartsAnother());

        Assert.That((await bucket.HeadAsync("key")).Size, Is.EqualTo(2_000_000));
    }

    [Test]
    public async Task Disposing_removes_the_instance_s_folder_and_may_be_done_twice_or_before_use()
    {
        ObjectStore unused = Create(Options());
        unused.Dispose();
        ObjectStore store = Create(Options());
        await store.CreateBucketAsync("bucket");
        Assert.That(Directory.GetDirectories(Tmp), Has.Length.EqualTo(1));

        await store.DisposeAsync();
        store.Dispose();

        Assert.That(Directory.GetFileSystemEntries(Tmp), Is.Empty);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CreateBucketAsync("other"));
    }

    [Test]
    public async Task Many_stores_start_on_one_root_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            await using ObjectStore store = Create(Options());
            await store.CreateBucketAsync($"bucket-{i}");
            await store.GetBucket($"bucket-{i}").PutAsync("key", Bytes("x"));
        })));

        Assert.That(Directory.GetDirectories(Root), Has.Length.EqualTo(17));
    }
}
