using System.Diagnostics;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Layout;

/// <summary>Programs that delete old files, and know nothing of stores.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class CleanersTests(DiskLayer layer) : LocalFixture(layer)
{
    [TestCase("tmp")]
    [TestCase("uploads")]
    [TestCase("locks")]
    [TestCase("")]
    public async Task What_a_cleaner_deletes_while_the_store_is_open_is_made_again(string name)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"));
        await DeleteAsync(Path.Combine(Root, ".bleepstore", name));

        await bucket.PutAsync("key", Bytes("new"));
        await bucket.PutAsync("key/below", Bytes("new"));
        await bucket.DeleteAsync("key/below");
        await UploadAsync(bucket);
        Bucket other = Open().GetBucket("bucket");
        await other.PutAsync("other", Bytes("x"));
        await UploadAsync(other);
        await bucket.PutAsync("key", Bytes("newest"), new PutOptions { IfMatch = (await bucket.HeadAsync("key")).ETag });

        Assert.That(await ReadAsync(other, "key"), Is.EqualTo("newest"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key", "other", "upload" }));
        int expected = name == "uploads" ? 3 : 2;
        Assert.That(Directory.GetDirectories(Tmp), Has.Length.EqualTo(expected), "one for each store, and the one that was not deleted");
    }

    [Test]
    public async Task A_store_that_cleaners_visit_often_does_not_run_out_of_files()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        for (int round = 0; round < 60; round++)
        {
            File.Delete(Path.Combine(Root, ".bleepstore", "locks"));
            await DeleteAsync(Tmp);
            await bucket.PutAsync("key", Bytes($"{round}"));
        }

        int open = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos()
            .Count(file => file.LinkTarget?.StartsWith(Root, StringComparison.Ordinal) == true);
        Assert.That(open, Is.LessThan(60));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("59"));
    }

    [Test]
    public async Task A_store_whose_lock_was_deleted_is_not_taken_for_a_dead_one_afterwards()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        File.Delete(Directory.GetFiles(Tmp, "lock", SearchOption.AllDirectories).Single());
        await bucket.PutAsync("first", Bytes("x"));
        await bucket.PutAsync("key", StartsAnother());

        Assert.That((await bucket.HeadAsync("key")).Size, Is.EqualTo(2_000_000));
    }

    [Test]
    public async Task A_write_whose_temporary_file_was_deleted_fails_and_leaves_the_old_object()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("upload");

        await LosesAsync(source => bucket.PutAsync("key", source));
        await LosesAsync(source => upload.UploadPartAsync(1, source));

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("old"));
        await bucket.PutAsync("key", Bytes("new"));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("new"));

        async Task LosesAsync(Func<Stream, Task> write)
        {
            var source = new PatternStream(2_000_000) { OnRead = position => { if (position is > 1_000_000 and < 1_200_000) { Clean(); } } };
            StorageException error = await FailAsync(StorageErrorCode.ServiceUnavailable, () => write(source));
            Assert.That(error.Message, Does.Contain("temporary file"));
        }

        void Clean()
        {
            foreach (string file in Temporaries())
            {
                File.Delete(file);
            }
        }
    }

    [Test]
    public async Task Processes_that_count_lose_no_step_while_the_file_of_locks_is_deleted_again_and_again()
    {
        Bucket bucket = await OpenBucketAsync("crash");
        await bucket.PutAsync("counter", Bytes("0"));
        Process[] counters = [.. Enumerable.Range(0, 3).Select(_ => StartChild("count", "--steps", "300"))];
        int deletions = 0;
        try
        {
            while (!counters.All(static process => process.HasExited))
            {
                File.Delete(Path.Combine(Root, ".bleepstore", "locks"));
                deletions++;
                await Task.Delay(TimeSpan.FromMilliseconds(1));
            }

            foreach (Process counter in counters)
            {
                Assert.That(counter.ExitCode, Is.Zero, await counter.StandardError.ReadToEndAsync());
            }
        }
        finally
        {
            foreach (Process counter in counters)
            {
                counter.Kill();
                counter.Dispose();
            }
        }

        Assert.That(await ReadAsync(bucket, "counter"), Is.EqualTo("900"));
        Assert.That(deletions, Is.GreaterThan(10));
    }

    private static async Task UploadAsync(Bucket bucket)
    {
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("upload");
        PartInfo part = await upload.UploadPartAsync(1, Bytes("part"));
        Assert.That(await bucket.ListMultipartUploadsAsync().CountAsync(), Is.EqualTo(1));
        await upload.CompleteAsync([part]);
    }

    private static async Task DeleteAsync(string path)
    {
        using Process process = Process.Start("rm", ["-rf", path]);
        await process.WaitForExitAsync();
        Assert.That(Path.Exists(path), Is.False);
    }
}
