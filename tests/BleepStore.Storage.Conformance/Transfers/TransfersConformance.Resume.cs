using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class TransfersConformance<THarness>
{
    private const int FourParts = (3 * PartSize) + 1000;

    [ContractTest]
    public async Task An_upload_that_failed_goes_on_where_it_was()
    {
        byte[] content = Payload.Bytes(FourParts);
        using var folder = new TemporaryFolder();
        string file = folder.File("file.txt", content);
        string journal = folder.PathOf("journal");
        if (!Capabilities.SupportsMultipart)
        {
            await AssertPutWholeAsync(file, journal, content);
            return;
        }

        var sent = new List<int>();
        bool fails = true;
        Bucket bucket = Intercept(
            backend => backend.Before = request =>
            {
                if (request is UploadPartRequest part)
                {
                    sent.Add(part.PartNumber);
                    return part.PartNumber == 3 && fails
                        ? throw new StorageException(StorageErrorCode.ServiceUnavailable, "cut")
                        : Task.CompletedTask;
                }

                return Task.CompletedTask;
            },
            static options => options.MaxConcurrency = 1);

        await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => bucket.PutFileResumablyAsync("object", file, journal, Described));
        Assert.That(folder.Names, Is.EquivalentTo(["file.txt", "journal"]));
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        fails = false;
        sent.Clear();
        ObjectProperties stored = await bucket.PutFileResumablyAsync("object", file, journal, Described);

        Assert.That(sent, Is.EqualTo([3, 4]), "parts that are there are not sent again");
        await AssertContentAsync("object", content);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), Described);
        Assert.That(stored.ETag, Is.EqualTo((await Bucket.PutFileAsync("other", file)).ETag), "however it was put");
        Assert.That(folder.Names, Is.EqualTo(["file.txt"]));
        Assert.That(await Bucket.ListMultipartUploadsAsync().CountAsync(), Is.Zero);
    }

    [ContractTest]
    public async Task An_upload_whose_process_died_after_the_last_request_is_found_completed()
    {
        byte[] content = Payload.Bytes(PartSize + 1000);
        using var folder = new TemporaryFolder();
        string file = folder.File("file", content);
        string journal = folder.PathOf("journal");
        if (!Capabilities.SupportsMultipart)
        {
            await AssertPutWholeAsync(file, journal, content);
            return;
        }

        int sent = 0;
        Bucket bucket = Intercept(backend => backend.Before = request => request is UploadPartRequest && ++sent == 1
            ? throw new StorageException(StorageErrorCode.AccessDenied, "cut")
            : Task.CompletedTask);
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => bucket.PutFileResumablyAsync("object", file, journal));
        byte[] left = await File.ReadAllBytesAsync(journal);
        ObjectProperties first = await bucket.PutFileResumablyAsync("object", file, journal);

        // The process died before it could delete the journal.
        await File.WriteAllBytesAsync(journal, left);
        sent = 1;
        ObjectProperties again = await bucket.PutFileResumablyAsync("object", file, journal);

        Assert.That((again.Revision, again.ETag, sent), Is.EqualTo((first.Revision, first.ETag, 1)), "nothing is sent again");
        await AssertContentAsync("object", content);
        Assert.That(folder.Names, Is.EqualTo(["file"]));
    }

    [ContractTest]
    public async Task A_download_that_failed_goes_on_where_it_was()
    {
        byte[] content = Payload.Bytes(FourParts);
        await PutAsync("object", content);
        using var folder = new TemporaryFolder();
        string file = folder.File("file", [1, 2, 3]);
        var offsets = new List<long>();
        bool fails = true;
        Bucket bucket = Intercept(
            backend => backend.Before = request =>
            {
                offsets.Add(((GetRequest)request).Range?.Offset ?? 0);
                return fails && offsets[^1] >= 2 * PartSize
                    ? throw new StorageException(StorageErrorCode.AccessDenied, "cut")
                    : Task.CompletedTask;
            },
            static options => options.MaxConcurrency = 1);
        var options = new GetFileOptions { Resume = true };

        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => bucket.GetFileAsync("object", file, options));
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(new byte[] { 1, 2, 3 }));
        fails = false;
        offsets.Clear();
        await bucket.GetFileAsync("object", file, options);

        Assert.That(offsets, Is.All.GreaterThanOrEqualTo(2 * PartSize), "ranges that are there are not fetched again");
        Assert.That((await File.ReadAllBytesAsync(file)).AsSpan().SequenceEqual(content), Is.True);
        Assert.That(folder.Names, Is.EqualTo(["file"]), "nothing temporary is left");
    }

    /// <summary>A backend without multipart uploads has nothing to resume. It stores the file all the same.</summary>
    private async Task AssertPutWholeAsync(string file, string journal, byte[] content)
    {
        await Bucket.PutFileResumablyAsync("object", file, journal);

        await AssertContentAsync("object", content);
        Assert.That(File.Exists(journal), Is.False);
    }
}
