using BleepStore.Storage.Local.Tests.Support;

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
        using var stop = new CancellationTokenSource();
        Task swapping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Directory.Move(folder, folder + "-aside");
                Directory.CreateSymbolicLink(folder, Outside);
                File.Delete(folder);
                Directory.Move(folder + "-aside", folder);
            }
        });
        for (int i = 0; i < 300; i++)
        {
            try
            {
                Assert.That(await ReadAsync(bucket, "folder/canary.txt"), Is.EqualTo("mine"));
                await bucket.PutAsync("folder/canary.txt", Bytes("mine"));
            }
            catch (StorageException error) when (error.Code is StorageErrorCode.AccessDenied or StorageErrorCode.NoSuchKey)
            {
                // Away, or a link at this moment.
            }
            catch (StorageException error) when (error.ProviderCode is "ENOTEMPTY" or "EEXIST")
            {
                // The put made the folder anew, and it cannot be moved back: not our test.
            }

            if (swapping.IsCompleted)
            {
                break;
            }
        }

        await stop.CancelAsync();
        try
        {
            await swapping;
        }
        catch (IOException)
        {
            // A put made the folder anew while it was aside.
        }
    }
}
