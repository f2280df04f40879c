using System.Diagnostics;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.IO;

/// <summary>Files that other programs have put into a bucket, or change there.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class OddFilesTests(DiskLayer layer) : LocalFixture(layer)
{
    private static readonly DateTime Before = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_file_that_is_changed_in_place_while_it_is_read_is_no_mix(bool isOurs)
    {
        Bucket bucket = await OpenBucketAsync();
        byte[] old = [.. Enumerable.Repeat((byte)'a', 1024 * 1024)];
        string path = await PrepareAsync(bucket, "key", old, isOurs);
        await using ObjectReader reader = await bucket.GetAsync("key");
        await reader.Content.ReadExactlyAsync(new byte[1000]);

        await using (FileStream file = new(path, FileMode.Open, FileAccess.Write))
        {
            file.Position = 900_000;
            await file.WriteAsync("changed"u8.ToArray());
        }

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => reader.Content.CopyToAsync(Stream.Null));
    }

    [TestCase(500)]
    [TestCase(2_000_000)]
    public async Task A_file_that_gets_another_size_while_it_is_read_is_no_mix(int size)
    {
        Bucket bucket = await OpenBucketAsync();
        string path = await PrepareAsync(bucket, "key", new byte[1_000_000], isOurs: false);
        await using ObjectReader reader = await bucket.GetAsync("key");
        await reader.Content.ReadExactlyAsync(new byte[1000]);

        await using (FileStream file = new(path, FileMode.Open, FileAccess.Write))
        {
            file.SetLength(size);
        }

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => reader.Content.CopyToAsync(Stream.Null));
    }

    /// <summary>On Linux the readers of the native layer ignore such a lock, as all programs may.</summary>
    [Test]
    public async Task Files_that_another_program_holds_exclusively_are_listed_as_ever()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("ours", Bytes("x"), new PutOptions { Metadata = new Dictionary<string, string> { ["a"] = "b" } });
        await bucket.PutAsync("ours/below", Bytes("x"));
        await PrepareAsync(bucket, "theirs", Bytes("x"), isOurs: false);
        List<ListEntry> before = await bucket.ListAsync().ToListAsync();

        await using (new FileStream(PathIn("bucket", "ours", "~=@"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        await using (new FileStream(PathIn("bucket", "theirs"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            List<ListEntry> held = await bucket.ListAsync().ToListAsync();
            Assert.That(held.Select(static entry => entry.Key), Is.EqualTo(new[] { "ours", "ours/below", "theirs" }));
            Assert.That(held, Is.EqualTo(before));
            if (IsManaged)
            {
                StorageException error = await FailAsync(StorageErrorCode.OperationAborted, () => ReadAsync(bucket, "theirs"));
                Assert.That(error.ProviderCode, Is.EqualTo("SHARING_VIOLATION"));
                await FailAsync(
                    StorageErrorCode.OperationAborted, () => store.VerifyAsync("bucket", new LocalVerifyOptions { ReadAll = true }));
            }
        }

        Assert.That(await ReadAsync(bucket, "theirs"), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_file_that_is_replaced_while_it_is_read_stays_what_it_was()
    {
        Bucket bucket = await OpenBucketAsync();
        byte[] old = [.. Enumerable.Repeat((byte)'a', 1024 * 1024)];
        string path = await PrepareAsync(bucket, "key", old, isOurs: false);
        await using ObjectReader reader = await bucket.GetAsync("key");

        await File.WriteAllTextAsync(path + ".new", "new");
        File.Move(path + ".new", path, overwrite: true);

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(old));
    }

    /// <summary>Years that no date of .NET can be.</summary>
    [TestCase("300000000000")]
    [TestCase("-70000000000")]
    public async Task A_file_with_a_time_that_is_no_date_does_not_break_its_bucket(string seconds)
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=8m");
        await using ObjectStore store = Open(options => options.RootPath = disk.Path);
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("before", new byte[1]);
        string path = Path.Combine(disk.Path, "bucket", "odd");
        await File.WriteAllTextAsync(path, "odd");
        using Process touch = Process.Start("touch", ["-d", $"@{seconds}", path]);
        await touch.WaitForExitAsync();
        Assert.That(touch.ExitCode, Is.Zero);

        List<ListEntry> listed = await bucket.ListAsync().ToListAsync();

        DateTimeOffset expected = seconds[0] == '-' ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        Assert.That(listed.Select(static entry => entry.Key), Is.EqualTo(new[] { "before", "odd" }));
        Assert.That(listed[1].LastModified, Is.EqualTo(expected));
        Assert.That((await bucket.HeadAsync("odd")).LastModified, Is.EqualTo(expected));
        await using ObjectReader reader = await bucket.GetAsync("odd");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo("odd"u8.ToArray()));
    }

    [Test]
    public async Task A_file_whose_key_would_be_too_long_is_a_foreign_name_and_no_entry()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        string folder = string.Join('/', Enumerable.Repeat(new string('d', 100), 10));
        string longest = folder + "/" + new string('k', 1024 - folder.Length - 1);
        await bucket.PutAsync(longest, Bytes("longest"));
        await File.WriteAllTextAsync(PathIn("bucket", longest + "+"), "too long");
        Directory.CreateDirectory(PathIn("bucket", longest + "-", "deeper"));
        await File.WriteAllTextAsync(PathIn("bucket", longest + "-", "deeper", "file"), "much too long");

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { longest }));
        Assert.That(
            await bucket.ListForeignNamesAsync().Select(static name => name.DisplayName).ToListAsync(),
            Is.EqualTo(new[] { longest + "+", longest + "-/deeper/file" }));
        await bucket.DeleteAsync(longest);
        await FailAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("bucket"));
    }

    [Test]
    public async Task A_put_above_the_process_s_limit_of_file_size_is_EntityTooLarge_and_the_process_lives()
    {
        using Process child = StartChild("large");
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string[] lines = (await child.StandardOutput.ReadToEndAsync()).Trim().Split('\n');
        await child.WaitForExitAsync();

        Assert.That(lines, Is.EqualTo(new[] { "EntityTooLarge EFBIG", "stored 1" }), await errors);
    }

    [Test]
    public async Task Objects_on_another_file_system_below_the_root_are_read_listed_and_deleted_but_not_written()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("a", Bytes("x"));
        await using ForeignMount disk = await ForeignMount.OpenAsync(PathIn("bucket", "mounted"), "tmpfs", "size=1m");
        await File.WriteAllTextAsync(disk.Path + "/file", "on another disk");
        Directory.CreateDirectory(disk.Path + "/sub");
        await File.WriteAllTextAsync(disk.Path + "/sub/second", "second");
        await File.WriteAllTextAsync(disk.Path + "/sub/third", "third");
        await using ObjectStore seen = Open(options => options.RootPath = disk.Path[..^"/bucket/mounted".Length]);
        Bucket there = seen.GetBucket("bucket");

        Assert.That(await ListAsync(there), Is.EqualTo(new[] { "a", "mounted/file", "mounted/sub/second", "mounted/sub/third" }));
        Assert.That(await ReadAsync(there, "mounted/file"), Is.EqualTo("on another disk"));
        await there.CopyAsync(new ObjectAddress("bucket", "mounted/file"), "copy");
        Assert.That(await ReadAsync(there, "copy"), Is.EqualTo("on another disk"));
        StorageException error = await FailAsync(StorageErrorCode.NotSupported, () => there.PutAsync("mounted/file", Bytes("new")));
        Assert.That(error.ProviderCode, Is.EqualTo("EXDEV"));
        await FailAsync(StorageErrorCode.NotSupported, () => there.PutAsync("mounted/new", Bytes("new")));
        Assert.That(await ReadAsync(there, "mounted/file"), Is.EqualTo("on another disk"));
        await there.DeleteAsync("mounted/sub/second");
        Assert.That(await ListAsync(there), Is.EqualTo(new[] { "a", "copy", "mounted/file", "mounted/sub/third" }));
    }

    /// <summary>An object or a foreign file, with a time of long ago, so that every change shows.</summary>
    private async Task<string> PrepareAsync(Bucket bucket, string key, byte[] bytes, bool isOurs)
    {
        string path = PathIn("bucket", key);
        if (isOurs)
        {
            await bucket.PutAsync(key, bytes);

            // The times of files move on in steps of some milliseconds.
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
        else
        {
            await File.WriteAllBytesAsync(path, bytes);
            File.SetLastWriteTimeUtc(path, Before);
        }

        return path;
    }
}
