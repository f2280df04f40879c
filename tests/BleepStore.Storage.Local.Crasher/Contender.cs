using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>Processes that share a root.</summary>
internal static class Contender
{
    /// <summary>Adds to a counter by compare-and-swap, by turns on the ETag and on the revision.</summary>
    public static async Task CountAsync(string root, int steps, bool isManaged)
    {
        await using ObjectStore store = Plan.Open(root, isDurable: false, keepsRecordsInFiles: false, isManaged);
        Bucket bucket = store.GetBucket(Plan.Bucket);
        for (int step = 0; step < steps;)
        {
            await using ObjectReader reader = await bucket.GetAsync("counter");
            int value = int.Parse(await reader.ReadAllAsync() is var bytes ? Encoding.UTF8.GetString(bytes) : "", CultureInfo.InvariantCulture);
            byte[] next = Encoding.UTF8.GetBytes((value + 1).ToString(CultureInfo.InvariantCulture));
            try
            {
                await bucket.PutAsync("counter", next, step % 2 == 0 ? new PutOptions { IfMatch = reader.Properties.ETag } : new PutOptions { IfRevision = reader.Properties.Revision });
                step++;
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
            {
                // Another process was first.
            }
        }

        Console.WriteLine($"counted {steps}");
    }

    /// <summary>
    /// Writes without conditions until its input ends: below the counter, so that this becomes a folder and back, and over what all others
    /// of its kind write.
    /// </summary>
    public static async Task OverwriteAsync(string root, int id, bool isManaged)
    {
        await using ObjectStore store = Plan.Open(root, isDurable: false, keepsRecordsInFiles: id % 2 == 1, isManaged);
        Bucket bucket = store.GetBucket(Plan.Bucket);

        // On a thread of its own: the console reads synchronously whatever its methods are called.
        Task<string?> end = Task.Run(Console.In.ReadLine);
        int round = 0;
        for (; !end.IsCompleted; round++)
        {
            int content = (id * 1_000_000) + round;
            await bucket.PutAsync("shared", Content.Bytes(content, 50_000), Content.PutOptions(content));
            await bucket.PutAsync($"counter/{id}", Content.Bytes(content, 100), Content.PutOptions(content));
            await using (ObjectReader reader = await bucket.GetAsync($"counter/{id}"))
            {
                if (reader.Properties.ContentType != $"text/{content}" || !(await reader.ReadAllAsync()).AsSpan().SequenceEqual(Content.Bytes(content, 100)))
                {
                    throw new CrashTestException("A process did not read what it had written.");
                }
            }

            await bucket.DeleteAsync($"counter/{id}");
            if (round == 0)
            {
                Console.WriteLine("writing");
            }
        }

        Console.WriteLine($"wrote {round}");
    }

    /// <summary>Puts an object whose bytes never end, and holds the lock of another key, until it is killed.</summary>
    public static async Task HoldAsync(string root, string key, bool isManaged)
    {
        LocalBackend backend = Plan.Backend(new LocalBackendOptions { RootPath = root }, isManaged);
        await using ObjectStore store = ObjectStore.Create(backend);
        using (await backend.LockAsync(Plan.Bucket, key))
        {
            var source = new EndlessStream(20_000_000, () => Console.WriteLine("holding"));
            await store.GetBucket(Plan.Bucket).PutAsync("endless", source);
        }
    }

    /// <summary>Gives some bytes, says so, and then gives none for ever.</summary>
    private sealed class EndlessStream(int bytes, Action then) : Stream
    {
        private int _left = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
            {
                then();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            int count = Math.Min(buffer.Length, _left);
            _left -= count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
