using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Native;

/// <summary>What only system calls on open folders can keep: a folder that is swapped at any moment leads nowhere.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class SwappedFolderTests(bool stepwise) : LocalFixture
{
    [Test]
    public async Task A_folder_swapped_for_a_link_while_objects_are_put_and_read_leads_nowhere()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(Backend(Options(), stepwise: stepwise)));
        await bucket.PutAsync("folder/canary.txt", Bytes("mine"));
        string folder = PathIn("bucket", "folder");
        string[] outside = Directory.GetFileSystemEntries(Outside, "*", SearchOption.AllDirectories);
        string theirs = await File.ReadAllTextAsync(Canary);
        using var stop = new CancellationTokenSource();
        Task swapping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Swap(folder);
            }
        });
        int reads = 0;
        for (long start = Environment.TickCount64, i = 0; i < 300 || reads == 0; i++)
        {
            Assert.That(Environment.TickCount64 - start, Is.LessThan(Until.Patience.TotalMilliseconds), "the folder is there at times");
            try
            {
                Assert.That(await ReadAsync(bucket, "folder/canary.txt"), Is.EqualTo("mine"));
                reads++;
                await bucket.PutAsync("folder/canary.txt", Bytes("mine"));
            }
            catch (StorageException error) when (error.Code is StorageErrorCode.AccessDenied or StorageErrorCode.NoSuchKey)
            {
                // Away, or a link at this moment.
            }
            catch (StorageException error) when (error.ProviderCode is "ENOTEMPTY" or "EEXIST")
            {
                // The folder came back while the put made it anew.
            }
        }

        await stop.CancelAsync();
        await swapping;
        Assert.That(reads, Is.Positive);
        Assert.That(Directory.GetFileSystemEntries(Outside, "*", SearchOption.AllDirectories), Is.EquivalentTo(outside));
        Assert.That(await File.ReadAllTextAsync(Canary), Is.EqualTo(theirs));
    }

    /// <summary>Replaces the folder by a link for a moment. A put can make the folder anew meanwhile, and is then undone.</summary>
    private void Swap(string folder)
    {
        string aside = folder + "-aside";
        Directory.Move(folder, aside);
        try
        {
            Directory.CreateSymbolicLink(folder, Outside);
            File.Delete(folder);
        }
        catch (Exception thrown) when (thrown is IOException or UnauthorizedAccessException)
        {
            // A put made the folder anew.
        }

        while (Directory.Exists(aside))
        {
            try
            {
                Directory.Move(aside, folder);
            }
            catch (IOException)
            {
                Remove(folder);
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A put has changed the folder, or it is no longer there.
        }
    }
}
