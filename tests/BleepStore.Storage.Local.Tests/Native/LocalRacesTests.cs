using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Native;

/// <summary>Answers that the system gives only when something is moved or removed at the moment it is used.</summary>
[Category(LongRun.Category)]
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalRacesTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task A_folder_that_is_moved_out_at_the_moment_it_is_opened_is_there_or_is_not()
    {
        string inside = Path.Combine(Root, "inside", "bucket", "folder");
        string outside = Path.Combine(Root, "outside");
        Directory.CreateDirectory(inside);
        Assert.That(new NativeLayer(stepwise: false).OpenRoot(Path.Combine(Root, "inside"), out DiskFolder root), Is.EqualTo(DiskError.None));
        using DiskFolder opened = root;
        using var stop = new CancellationTokenSource();
        Task moving = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Directory.Move(inside, outside);
                Directory.Move(outside, inside);
            }
        });
        var errors = new HashSet<DiskError>();
        try
        {
            for (int i = LongRun.Count(50_000, 1_000_000); i > 0; i--)
            {
                errors.Add(root.OpenFolderBelow("bucket/folder", out DiskFolder folder));
                folder.Dispose();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await moving;
        }

        Assert.That(errors, Is.SubsetOf(new[] { DiskError.None, DiskError.NotFound }));
    }

    [Test]
    public async Task An_upload_whose_bucket_is_deleted_at_the_same_time_does_not_exist_any_more()
    {
        ObjectStore store = Open();
        var codes = new HashSet<StorageErrorCode>();
        for (int round = LongRun.Count(200, 5_000); round > 0; round--)
        {
            Bucket bucket = await OpenBucketAsync(store: store);
            MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
            PartInfo part = await upload.UploadPartAsync(1, Bytes("a part"));
            Task deletion = Task.Run(() => store.DeleteBucketAsync("bucket"));
            Task[] uses =
            [
                .. Enumerable.Range(2, 4).Select(number => Task.Run(() => upload.UploadPartAsync(number, Bytes("another")))),
                Task.Run(() => upload.CompleteAsync([part])),
                Task.Run(async () => await upload.ListPartsAsync().ToListAsync()),
                Task.Run(async () => await bucket.ListMultipartUploadsAsync().ToListAsync()),
            ];
            await NoteAsync([deletion, .. uses], codes);
            if (await store.BucketExistsAsync("bucket"))
            {
                await bucket.DeleteAsync("key");
                await store.DeleteBucketAsync("bucket");
            }
        }

        Assert.That(codes, Is.SubsetOf(
            new[] { StorageErrorCode.NoSuchBucket, StorageErrorCode.NoSuchUpload, StorageErrorCode.BucketNotEmpty }));
    }

    /// <summary>A folder that is removed while it is read holds nothing any more: in whatever is read folder by folder.</summary>
    [Test]
    public async Task Folders_that_go_while_they_are_read_break_no_listing_and_no_deletion_of_a_bucket()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("a", Bytes("stays"));
        await bucket.PutAsync("z", Bytes("stays"));
        var codes = new HashSet<StorageErrorCode>();
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, 2).Select(id => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                string key = $"folder-{id}/{i % 3}/{i % 7}/deep/{i % 2}";
                await bucket.PutAsync(key, Bytes("x"), cancellationToken: CancellationToken.None);
                await bucket.DeleteAsync(key, cancellationToken: CancellationToken.None);
            }
        }))];
        Task[] others =
        [
            Task.Run(() => RepeatAsync(async () => Assert.That(await ListAsync(bucket), Is.SupersetOf(new[] { "a", "z" })))),
            Task.Run(() => RepeatAsync(async () => await bucket.ListAsync(new ListOptions { Prefix = "folder-0/1/", Delimiter = "/" }).CountAsync())),
            Task.Run(() => RepeatAsync(async () => Assert.That(await bucket.ListForeignNamesAsync().CountAsync(), Is.Zero))),
            Task.Run(() => RepeatAsync(() => store.DeleteBucketAsync("bucket"))),
            Task.Run(() => RepeatAsync(async () => await bucket.ListMultipartUploadsAsync().CountAsync())),
        ];

        await NoteAsync(others, codes);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.That(codes, Is.SubsetOf(new[] { StorageErrorCode.BucketNotEmpty }));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a", "z" }));

        static async Task RepeatAsync(Func<Task> act)
        {
            for (int i = LongRun.Count(400, 20_000); i > 0; i--)
            {
                try
                {
                    await act();
                }
                catch (StorageException error) when (error.Code == StorageErrorCode.BucketNotEmpty)
                {
                    // The bucket holds two objects all the time.
                }
            }
        }
    }

    [Test]
    public async Task Writers_of_one_key_leave_each_other_s_records_alone_when_they_get_each_other_s_inode()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(Backend(Options(), 0)));
        var put = new PutOptions { ContentType = "text/kept" };
        Task<int>[] writers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            int lost = 0;
            for (int i = LongRun.Count(100, 2_000); i > 0; i--)
            {
                await bucket.PutAsync("key", Bytes("x"), put);
                lost += (await bucket.HeadAsync("key")).ContentType == put.ContentType ? 0 : 1;
            }

            return lost;
        }))];

        Assert.That(await Task.WhenAll(writers), Is.All.Zero);
    }

    private static async Task NoteAsync(Task[] tasks, HashSet<StorageErrorCode> codes)
    {
        foreach (Task task in tasks)
        {
            try
            {
                await task;
            }
            catch (StorageException error)
            {
                codes.Add(error.Code);
            }
        }
    }
}
