using System.Runtime.InteropServices;
using BleepStore.Storage.Local.Commit;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>Uses a store in a process whose limits (<c>setrlimit</c>) are low.</summary>
internal static partial class Limited
{
    private const int FileSize = 1;
    private const int OpenFiles = 7;

    /// <summary>Puts many objects at once: each is begun before the first ends, and each comes in two halves.</summary>
    public static async Task CrowdAsync(string root, ulong files, int puts, bool isManaged)
    {
        Limit(OpenFiles, files);
        await using ObjectStore store = Plan.Open(root, isDurable: false, keepsRecordsInFiles: false, isManaged);
        await store.CreateBucketAsync(Plan.Bucket, new CreateBucketOptions { IfNotExists = true });
        Bucket bucket = store.GetBucket(Plan.Bucket);
        var begun = new CountdownEvent(puts);
        await Task.WhenAll(Enumerable.Range(0, puts).Select(i => Task.Run(async () =>
        {
            begun.Signal();
            await using var source = new SlowStream(Content.Bytes(i, 5_000));
            await bucket.PutAsync($"key-{i:d4}", source, Content.PutOptions(i));
        })));
        Console.WriteLine($"stored {await bucket.ListAsync().CountAsync()} of {puts - begun.CurrentCount}");
    }

    /// <summary>Begins writes and ends none, until one is refused. Then gives them up, and puts an object.</summary>
    public static async Task OpenWritersAsync(string root, ulong files, bool isManaged)
    {
        Limit(OpenFiles, files);
        WriteSlots.Longest = TimeSpan.FromMilliseconds(500);
        await using ObjectStore store = Plan.Open(root, isDurable: false, keepsRecordsInFiles: false, isManaged);
        await store.CreateBucketAsync(Plan.Bucket, new CreateBucketOptions { IfNotExists = true });
        Bucket bucket = store.GetBucket(Plan.Bucket);
        var stop = new TaskCompletionSource();

        // With a length, because of large transfers the core lets in a few at a time, before they come to the backend.
        var options = new PutOptions { ContentLength = WaitingStream.Given + 1 };
        Task[] writes =
        [
            .. Enumerable.Range(0, (int)files).Select(i => bucket.PutAsync($"open-{i}", new WaitingStream(stop.Task), options)),
        ];
        try
        {
            await await Task.WhenAny(writes);
        }
        catch (StorageException error)
        {
            Console.WriteLine($"{error.Code} {error.ProviderCode}");
        }

        stop.SetException(new IOException("The writer gives up."));

        // Each write fails, because its source did.
        await Task.WhenAll(writes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await bucket.PutAsync("after", new byte[1]);
        Console.WriteLine($"stored {await bucket.ListAsync().CountAsync()}");
    }

    /// <summary>Lists a bucket's keys and foreign names.</summary>
    public static async Task ListAsync(string root, ulong files, bool isManaged)
    {
        Limit(OpenFiles, files);
        await using ObjectStore store = Plan.Open(root, isDurable: false, keepsRecordsInFiles: false, isManaged);
        Bucket bucket = store.GetBucket(Plan.Bucket);
        Console.WriteLine($"{await bucket.ListAsync().CountAsync()} keys, {await bucket.ListForeignNamesAsync().CountAsync()} foreign names");
        try
        {
            await store.DeleteBucketAsync(Plan.Bucket);
        }
        catch (StorageException error)
        {
            Console.WriteLine(error.Code);
        }
    }

    /// <summary>Puts an object that is larger than the process's files may be, and then a small one.</summary>
    public static async Task PutLargeAsync(string root, int bytes, bool isManaged)
    {
        Limit(FileSize, (ulong)bytes);
        await using ObjectStore store = Plan.Open(root, isDurable: false, keepsRecordsInFiles: false, isManaged);
        await store.CreateBucketAsync(Plan.Bucket, new CreateBucketOptions { IfNotExists = true });
        Bucket bucket = store.GetBucket(Plan.Bucket);
        try
        {
            await bucket.PutAsync("large", new byte[2 * bytes]);
        }
        catch (StorageException error)
        {
            Console.WriteLine($"{error.Code} {error.ProviderCode}");
        }

        await bucket.PutAsync("small", new byte[bytes / 2]);
        Console.WriteLine($"stored {await bucket.ListAsync().CountAsync()}");
    }

    private static void Limit(int resource, ulong most)
    {
        if (SetLimit(resource, [most, most]) != 0)
        {
            throw new InvalidOperationException($"The limit cannot be set: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ReadOnlySpan<ulong> limits);

    /// <summary>Gives some bytes, and then none until it fails.</summary>
    private sealed class WaitingStream(Task end) : MemoryStream(new byte[Given])
    {
        public const int Given = 100_000;

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                await end.WaitAsync(cancellationToken);
            }

            return count;
        }
    }

    /// <summary>Lets others go on between its reads, so that all puts are under way at one time. No event tells that they are.</summary>
    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(20, cancellationToken);
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 2_500)], cancellationToken);
        }
    }
}
