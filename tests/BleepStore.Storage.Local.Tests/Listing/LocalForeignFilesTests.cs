using System.Diagnostics;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Listing;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalForeignFilesTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task A_foreign_file_is_served_with_an_ETag_of_its_own_and_no_metadata()
    {
        Bucket bucket = await OpenBucketAsync();
        Directory.CreateDirectory(PathIn("bucket", "folder"));
        await File.WriteAllTextAsync(PathIn("bucket", "folder", "foreign.txt"), "foreign");

        ObjectProperties head = await bucket.HeadAsync("folder/foreign.txt");

        Assert.That(await ReadAsync(bucket, "folder/foreign.txt"), Is.EqualTo("foreign"));
        Assert.That(head.ETag, Does.Match("^[0-9a-f]+-[0-9a-f]+-7$"));
        Assert.That(head.Metadata, Is.Empty);
        Assert.That(head.LastModified.UtcDateTime, Is.EqualTo(File.GetLastWriteTimeUtc(PathIn("bucket", "folder", "foreign.txt"))).Within(TimeSpan.FromMilliseconds(1)));
        ListEntry listed = await bucket.ListAsync().SingleAsync();
        Assert.That((listed.Key, listed.ETag, listed.Revision, listed.Size), Is.EqualTo(("folder/foreign.txt", head.ETag, head.Revision, 7L)));
    }

    [Test]
    public async Task A_file_that_someone_changed_is_a_foreign_one()
    {
        Bucket bucket = await OpenBucketAsync();
        ObjectProperties put = await bucket.PutAsync("key", Bytes("ours"), new PutOptions { ContentType = "text/plain" });
        await File.AppendAllTextAsync(PathIn("bucket", "key"), "+");
        ObjectProperties longer = await bucket.HeadAsync("key");
        Assert.That((longer.Size, longer.ContentType), Is.EqualTo((5L, (string?)null)));
        Assert.That(new[] { longer.ETag, longer.Revision }, Has.No.Member(put.ETag).And.No.Member(put.Revision));

        await bucket.PutAsync("key", Bytes("ours"), new PutOptions { ContentType = "text/plain" });
        await File.WriteAllTextAsync(PathIn("bucket", "key"), "OURS");
        ObjectProperties changed = await bucket.HeadAsync("key");
        Assert.That(changed.ContentType, Is.Null);
        Assert.That(changed.Revision, Is.Not.EqualTo(longer.Revision).And.Not.EqualTo(put.Revision));

        File.SetLastWriteTimeUtc(PathIn("bucket", "key"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.That((await bucket.HeadAsync("key")).Revision, Is.Not.EqualTo(changed.Revision));
    }

    [Test]
    public async Task A_foreign_file_is_copied_conditionally_overwritten_and_deleted_like_any_object()
    {
        Bucket bucket = await OpenBucketAsync();
        await File.WriteAllTextAsync(PathIn("bucket", "foreign"), "foreign");
        ObjectProperties head = await bucket.HeadAsync("foreign");

        ObjectProperties copy = await bucket.CopyAsync(new ObjectAddress("bucket", "foreign"), "copy");
        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("foreign", Bytes("x"), new PutOptions { IfAbsent = true }));
        await bucket.PutAsync("foreign", Bytes("ours"), new PutOptions { IfMatch = head.ETag });

        Assert.That(await ReadAsync(bucket, "copy"), Is.EqualTo("foreign"));
        Assert.That((await bucket.HeadAsync("copy")).ETag, Is.EqualTo(copy.ETag));
        await bucket.DeleteAsync("foreign");
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "copy" }));
    }

    [Test]
    public async Task A_copy_that_another_tool_made_with_attributes_and_times_keeps_metadata_but_is_another_revision()
    {
        Bucket bucket = await OpenBucketAsync();
        ObjectProperties put = await bucket.PutAsync("key", Bytes("ours"), new PutOptions { ContentType = "text/plain" });
        using (Process process = Process.Start("cp", ["--preserve=all", PathIn("bucket", "key"), PathIn("bucket", "copy")]))
        {
            await process.WaitForExitAsync();
        }

        ObjectProperties copy = await bucket.HeadAsync("copy");

        Assert.That((copy.ContentType, copy.ETag), Is.EqualTo(("text/plain", put.ETag)));
        Assert.That(copy.Revision, Is.Not.EqualTo(put.Revision));
    }

    [Test]
    public async Task Names_that_are_not_UTF_8_or_are_no_key_s_are_left_out_of_listings()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", Bytes("x"));
        using (Process process = Process.Start("sh", ["-c", "cd \"$0\" && touch \"$(printf 'bad\\377name')\" '~=@' '~=4A' 'x~=_' && mkdir 'y~=_' '~=zz' && touch 'y~=_/z' '~=zz/a' && mkdir \"$(printf 'bad\\377dir')\"", PathIn("bucket")]))
        {
            await process.WaitForExitAsync();
        }

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key" }));
        Assert.That(await ListAsync(bucket, new ListOptions { Delimiter = "/" }), Is.EqualTo(new[] { "key" }));
        await bucket.DeleteAsync("key");
        await FailAsync(StorageErrorCode.BucketNotEmpty, () => Open().DeleteBucketAsync("bucket"));
    }

    [Test]
    public async Task Foreign_files_that_appear_and_vanish_during_a_listing_do_no_harm()
    {
        Bucket bucket = await OpenBucketAsync();
        for (int i = 0; i < 50; i++)
        {
            await bucket.PutAsync($"stays-{i:D2}", Bytes("x"));
        }

        using var stop = new CancellationTokenSource();
        Task mischief = Task.Run(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                string path = PathIn("bucket", $"comes-{i % 20}");
                File.WriteAllText(path, "x");
                File.Delete(path);
                Directory.CreateDirectory(path + "-folder");
                Directory.Delete(path + "-folder");
            }
        });
        for (int i = 0; i < 50; i++)
        {
            List<string> keys = await ListAsync(bucket, new ListOptions { PageSize = 7 });
            Assert.That(keys.Where(key => key.StartsWith("stays", StringComparison.Ordinal)).Count(), Is.EqualTo(50));
            Assert.That(keys, Is.Unique);
        }

        await stop.CancelAsync();
        await mischief;
    }

    [Test]
    public async Task Folders_that_appear_and_vanish_harm_neither_listings_nor_the_deletion_of_a_bucket()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("stays", Bytes("x"));
        ObjectStore store = Open();
        using var stop = new CancellationTokenSource();
        Task[] mischief = [.. new[] { "one", "two" }.Select(name => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (int i = 0; i < 40; i++)
                {
                    Directory.CreateDirectory(PathIn("bucket", $"{name}-{i}"));
                }

                for (int i = 0; i < 40; i++)
                {
                    Directory.Delete(PathIn("bucket", $"{name}-{i}"));
                }
            }
        }))];
        try
        {
            for (int i = 0; i < 300; i++)
            {
                Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "stays" }));
                Assert.That(await bucket.ListForeignNamesAsync().ToListAsync(), Is.Empty);
                await FailAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("bucket"));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(mischief);
        }
    }

    [Test]
    public async Task A_link_in_the_place_of_an_object_whose_key_is_a_prefix_is_left_out_of_listings()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key/below", Bytes("x"));
        File.CreateSymbolicLink(PathIn("bucket", "key", LocalNames.Self), Canary);

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key/below" }));
    }

    [Test]
    public async Task Files_that_become_links_and_files_again_do_not_fail_a_listing()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("stays", Bytes("x"));
        using var stop = new CancellationTokenSource();
        Task mischief = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (int i = 0; i < 20; i++)
                {
                    string path = PathIn("bucket", $"comes-{i}");
                    File.WriteAllText(path, "x");
                    File.CreateSymbolicLink(path + ".link", Canary);
                    File.Move(path + ".link", path, overwrite: true);
                    File.Delete(path);
                }
            }
        });
        try
        {
            for (int i = 0; i < 200; i++)
            {
                Assert.That(await ListAsync(bucket), Does.Contain("stays"));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await mischief;
        }
    }

    [Test]
    public async Task A_folder_that_was_removed_while_it_is_held_open_is_empty()
    {
        await OpenBucketAsync();
        string path = PathIn("bucket", "folder");
        Directory.CreateDirectory(path);
        Assert.That(Layer.OpenRoot(path, out DiskFolder folder), Is.EqualTo(DiskError.None));
        using (folder)
        {
            Directory.Delete(path);

            Assert.That(folder.ReadWhatIsThere(), Is.Empty);
        }
    }
}
