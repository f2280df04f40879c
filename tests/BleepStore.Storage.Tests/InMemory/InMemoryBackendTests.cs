using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.InMemory;

public class InMemoryBackendTests
{
    [Test]
    public async Task Capacity_is_net_of_what_a_write_replaces()
    {
        Bucket bucket = await Stores.InMemoryAsync(capacity: 10);
        await bucket.PutAsync("k", new byte[10]);
        await bucket.PutAsync("k", new byte[10]);
        await bucket.PutAsync("k", new byte[4]);
        await bucket.PutAsync("other", new byte[6]);
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("k", new byte[5]));
        await bucket.DeleteAsync("other");
        await bucket.PutAsync("k", new byte[10]);
    }

    [Test]
    public async Task A_refused_put_changes_nothing([Values] bool stream)
    {
        Bucket bucket = await Stores.InMemoryAsync(capacity: 10);
        ObjectProperties old = await bucket.PutAsync("k", new byte[8], new PutOptions { ContentType = "x/y" });
        Func<Task> put = stream ? () => bucket.PutAsync("k", new SequentialSource(new byte[11])) : () => bucket.PutAsync("k", new byte[11]);
        StorageException error = await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, put);
        Assert.That(error.Message, Does.Contain("Capacity"));
        ObjectProperties there = await bucket.HeadAsync("k");
        Assert.That((there.Revision, there.Size, there.ContentType), Is.EqualTo((old.Revision, 8L, "x/y")));
        await bucket.PutAsync("other", new byte[2]);
    }

    [Test]
    public async Task Parts_count_until_they_are_completed_replaced_or_aborted()
    {
        Bucket bucket = await Stores.InMemoryAsync(new ObjectStoreOptions { MinimumPartSize = 1 }, capacity: 10);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, new byte[6]);
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => upload.UploadPartAsync(2, new byte[5]));
        part = await upload.UploadPartAsync(1, new byte[10]);
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("other", new byte[1]));
        await upload.CompleteAsync([part]);
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("other", new byte[1]));

        await bucket.DeleteAsync("k");
        MultipartUpload aborted = await bucket.CreateMultipartUploadAsync("k");
        await aborted.UploadPartAsync(1, new byte[10]);
        await aborted.AbortAsync();
        await bucket.PutAsync("other", new byte[10]);
    }

    [Test]
    public async Task Parts_that_are_left_out_of_the_object_come_free()
    {
        Bucket bucket = await Stores.InMemoryAsync(new ObjectStoreOptions { MinimumPartSize = 1 }, capacity: 10);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, new byte[4]);
        await upload.UploadPartAsync(2, new byte[6]);
        await upload.CompleteAsync([part]);
        await bucket.PutAsync("other", new byte[6]);
    }

    [Test]
    public async Task Copies_count_and_a_refused_one_changes_nothing()
    {
        Bucket bucket = await Stores.InMemoryAsync(capacity: 10);
        await bucket.PutAsync("k", new byte[6]);
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "k"), "copy"));
        Assert.That(await bucket.ExistsAsync("copy"), Is.False);
        await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "k"), "k");
    }

    [Test]
    public async Task Deleting_a_bucket_frees_its_unfinished_uploads()
    {
        using ObjectStore store = InMemoryStore.Create(new InMemoryBackendOptions { Capacity = 10 });
        Bucket bucket = await store.CreateBucketAsync("first");
        await (await bucket.CreateMultipartUploadAsync("k")).UploadPartAsync(1, new byte[10]);
        await store.DeleteBucketAsync("first");
        await (await store.CreateBucketAsync("second")).PutAsync("k", new byte[10]);
    }

    [Test]
    public async Task A_capacity_of_nothing_takes_only_empty_objects()
    {
        Bucket bucket = await Stores.InMemoryAsync(capacity: 0);
        await bucket.PutAsync("k", Array.Empty<byte>());
        await Catch.CodeAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("k", new byte[1]));
    }

    [Test]
    public void A_negative_capacity_is_a_bad_argument() =>
        Assert.That(
            () => InMemoryStore.Create(new InMemoryBackendOptions { Capacity = -1 }),
            Throws.ArgumentException.With.Message.Contains("Capacity"));

    [Test]
    public async Task Metadata_of_two_results_is_not_the_same_object()
    {
        Bucket bucket = await Stores.InMemoryAsync();
        ObjectProperties put = await bucket.PutAsync(
            "k", new byte[1], new PutOptions { Metadata = new Dictionary<string, string> { ["a"] = "1" } });
        ((IDictionary<string, string>)put.Metadata)["a"] = "changed";
        ((IDictionary<string, string>)(await bucket.HeadAsync("k")).Metadata)["a"] = "changed";
        Assert.That((await bucket.HeadAsync("k")).Metadata["a"], Is.EqualTo("1"));
    }

    [Test]
    public async Task Bytes_given_may_be_changed_when_the_put_is_done()
    {
        Bucket bucket = await Stores.InMemoryAsync();
        byte[] bytes = [1, 2, 3];
        await bucket.PutAsync("k", bytes);
        bytes[0] = 9;
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_body_goes_on_delivering_its_own_revision_while_the_object_is_overwritten_and_deleted()
    {
        Bucket bucket = await Stores.InMemoryAsync();
        byte[] bytes = Bytes.Of(3_000_000);
        await bucket.PutAsync("k", new MemoryStream(bytes));
        await using ObjectReader reader = await bucket.GetAsync("k");
        await bucket.PutAsync("k", new byte[1]);
        await bucket.DeleteAsync("k");
        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(bytes), Is.True);
    }

    [Test]
    public async Task Revisions_never_repeat_even_for_the_same_bytes()
    {
        Bucket bucket = await Stores.InMemoryAsync();
        var revisions = new List<string>();
        for (int turn = 0; turn < 20; turn++)
        {
            revisions.Add((await bucket.PutAsync("k", new byte[1])).Revision);
            await bucket.DeleteAsync("k");
        }

        Assert.That(revisions, Is.Unique);
    }

    [Test]
    public async Task Many_at_once_leave_it_whole()
    {
        using ObjectStore store = InMemoryStore.Create(new InMemoryBackendOptions { Capacity = 1_000_000 });
        Bucket bucket = await store.CreateBucketAsync(Stores.Bucket);
        await Parallel.ForAsync(0, 200, async (number, token) =>
        {
            string key = $"k{number % 10}";
            byte[] bytes = Bytes.Of(1000 + number, seed: number);
            switch (number % 4)
            {
                case 0:
                    await bucket.DeleteAsync(key, cancellationToken: token);
                    break;
                case 1:
                    await foreach (ListEntry entry in bucket.ListAsync(new ListOptions { PageSize = 3 }, token))
                    {
                        Assert.That(entry.Size, Is.InRange(1000, 1200));
                    }

                    break;
                default:
                    ObjectProperties put = await bucket.PutAsync(key, bytes, cancellationToken: token);
                    Assert.That(put.ETag, Is.EqualTo(Bytes.Md5(bytes)));
                    break;
            }
        });
        await bucket.DeleteManyAsync(Enumerable.Range(0, 10).Select(static number => $"k{number}"));
        await bucket.PutAsync("all", new byte[1_000_000]);
    }

    [Test]
    public async Task Of_many_creators_one_wins()
    {
        Bucket bucket = await Stores.InMemoryAsync();
        int won = 0;
        await Parallel.ForAsync(0, 32, async (number, token) =>
        {
            try
            {
                await bucket.PutAsync("k", BitConverter.GetBytes(number), new PutOptions { IfAbsent = true }, token);
                Interlocked.Increment(ref won);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
            {
            }
        });
        Assert.That(won, Is.EqualTo(1));
    }
}
