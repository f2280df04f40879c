using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Uploads;

/// <summary>The journal of an upload to one root, and stores of another root.</summary>
public class JournalRootsTests : LocalFixture
{
    private const int PartSize = 5 * 1024 * 1024;

    private static readonly byte[] Content = Payload.Bytes(PartSize + 1000);

    [Test]
    public async Task A_journal_of_another_root_is_refused_and_stays()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("file", Content);
        string journal = folder.PathOf("journal");
        await FailAsync(StorageErrorCode.AccessDenied, () => BucketOf(Root, failsAt: 2).PutFileResumablyAsync("object", file, journal));
        byte[] before = await File.ReadAllBytesAsync(journal);

        IOException error = await StorageAssert.ThrowsAsync<IOException>(
            () => BucketOf(folder.PathOf("other")).PutFileResumablyAsync("object", file, journal));
        byte[] after = await File.ReadAllBytesAsync(journal);

        Assert.That(error.Message, Does.Contain(Root).And.Contain(folder.PathOf("other")));
        Assert.That(after, Is.EqualTo(before));

        var sent = new List<int>();
        await BucketOf(Root, sent: sent).PutFileResumablyAsync("object", file, journal);
        Assert.That(sent, Is.EqualTo([2]), "the root of the journal goes on");
        byte[] stored = await File.ReadAllBytesAsync(PathIn("bucket", "object"));
        Assert.That(stored.AsSpan().SequenceEqual(Content), Is.True, "the object's bytes");
    }

    /// <summary>A trace names servers. A folder is none.</summary>
    [Test]
    public void A_root_is_no_server()
    {
        using LocalBackend backend = Backend(Options());
        Assert.That((backend.Server, backend.PlaceOf("bucket", "key")), Is.EqualTo(((Uri?)null, $"{Root} bucket/key")));
    }

    private Bucket BucketOf(string root, int failsAt = 0, List<int>? sent = null)
    {
        Directory.CreateDirectory(Path.Combine(root, "bucket"));
        var backend = new InterceptingBackend(Backend(new LocalBackendOptions { RootPath = root, Durability = Durability.None }))
        {
            Before = request =>
            {
                if (request is UploadPartRequest { PartNumber: var number })
                {
                    sent?.Add(number);
                    return number == failsAt ? throw new StorageException(StorageErrorCode.AccessDenied, "cut") : Task.CompletedTask;
                }

                return Task.CompletedTask;
            },
        };
        var options = new ObjectStoreOptions { PartSize = PartSize, MaxConcurrency = 1 };
        return Open(backend, options).GetBucket("bucket");
    }
}
