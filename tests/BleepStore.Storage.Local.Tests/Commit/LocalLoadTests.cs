using System.Diagnostics;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Commit;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalLoadTests(DiskLayer layer) : LocalFixture(layer)
{
    [TestCase("500")]
    [TestCase("200")]
    public async Task A_thousand_puts_at_once_are_all_stored_where_the_process_may_open_few_files(string files)
    {
        using Process child = StartChild("crowd", "--files", files, "--puts", "1000");
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();

        Assert.That(output.Trim(), Is.EqualTo("stored 1000 of 1000"), await errors);
    }

    /// <summary>One caller begins more writes than may be at work, and ends none of them: it waits for itself.</summary>
    [Test]
    public async Task Writers_that_wait_for_each_other_end_in_ServiceUnavailable_and_not_in_a_deadlock()
    {
        using Process child = StartChild("writers", "--files", "200");
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string[] lines = (await child.StandardOutput.ReadToEndAsync()).Trim().Split('\n');
        await child.WaitForExitAsync();

        Assert.That(lines, Is.EqualTo(new[] { "ServiceUnavailable EMFILE", "stored 1" }), await errors);
    }

    /// <summary>Otherwise the uploads of a bucket would be begun one after another, each with its flushes.</summary>
    [Test]
    public async Task An_upload_is_written_and_flushed_before_it_waits_for_the_lock_of_its_bucket()
    {
        var backend = Backend(Options(Durability.Full));
        ObjectStore store = Open(backend);
        Bucket bucket = await OpenBucketAsync(store: store);
        Task<MultipartUpload> creating;
        using (await backend.LockBucketAsync("bucket"))
        {
            creating = Task.Run(() => bucket.CreateMultipartUploadAsync("key"));
            await Until.TrueAsync(() => Temporaries().Any(static path => Path.GetFileName(path) == "object"));
            Assert.That(creating.IsCompleted, Is.False);
        }

        MultipartUpload upload = await creating;
        await upload.AbortAsync();
        Assert.That(await bucket.ListMultipartUploadsAsync().CountAsync(), Is.Zero);
    }
}
