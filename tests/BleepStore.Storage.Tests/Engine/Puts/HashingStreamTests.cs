using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Puts;

/// <summary>Alone, because it watches the process's array pool and its unobserved exceptions.</summary>
[NonParallelizable]
public class HashingStreamTests
{
    private const int Block = 1024 * 1024;
    private const int PartSize = (Block * 3 / 2) + 1;

    private static readonly int[] Sizes = [0, 1, 65_536, 65_537, Block - 1, Block, Block + 1, (2 * Block) - 1, 2 * Block, (3 * Block) + 7];

    private static readonly (int Block, bool Parted)[] Ways = [(1, false), (2, false), (3, false), (1, true), (2, true), (3, true)];

    [TestCaseSource(nameof(Sizes))]
    public async Task Copying_delivers_every_byte_and_knows_the_ETag_at_the_end(int size)
    {
        byte[] bytes = Bytes.Of(size);
        await using HashingStream stream = Create(new SequentialSource(bytes, chunk: 100_003));
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.That(copy.ToArray().AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(stream.ETag, Is.EqualTo(Bytes.Md5(bytes)));
    }

    [Test]
    public async Task Parts_that_are_hashed_side_by_side_keep_their_order_and_what_is_held_its_bound(
        [Values(3, 5, 8)] int blocks, [Values] bool slow)
    {
        byte[] bytes = Bytes.Of((20 * Block) + 7);
        using var pool = new PoolListener(Block);
        var copy = new MemoryStream();
        await using (var stream = new HashingStream(new SequentialSource(bytes), Parted(bytes.Length), LengthLimit.None, blocks))
        {
            await stream.CopyToAsync(slow ? new YieldingDestination(copy) : copy);
            Assert.That(stream.ETag, Is.EqualTo(Bytes.Composite(bytes, static _ => PartSize)));
        }

        Assert.That(copy.ToArray().AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(pool.MostOut, Is.InRange(1, blocks));
        pool.RequireBalance();
    }

    [TestCaseSource(nameof(Sizes))]
    public async Task Reading_delivers_every_byte_and_knows_the_ETag_only_at_the_end(int size)
    {
        byte[] bytes = Bytes.Of(size);
        await using HashingStream stream = Create(new SequentialSource(bytes));
        byte[] read = new byte[size];
        await stream.ReadExactlyAsync(read);
        Assert.That(stream.ETag, Is.Null);
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
        Assert.That(stream.ETag, Is.EqualTo(Bytes.Md5(bytes)));
        Assert.That(read.AsSpan().SequenceEqual(bytes), Is.True);
    }

    [Test]
    public async Task More_bytes_than_allowed_stop_it([Values] bool copy)
    {
        await using HashingStream stream = Create(
            new SequentialSource(Bytes.Of(101)),
            new LengthLimit(100, static () => new StorageException(StorageErrorCode.EntityTooLarge, "Too large.")));
        var destination = new MemoryStream();
        await Catch.CodeAsync(
            StorageErrorCode.EntityTooLarge,
            () => copy ? stream.CopyToAsync(destination) : stream.ReadExactlyAsync(new byte[101]).AsTask());
        Assert.That(destination.Length, Is.Zero);
    }

    [Test]
    public async Task Whatever_fails_first_it_ends_only_when_all_has_ended_and_nothing_is_left_behind(
        [Values("source", "source at once", "destination", "destination at once", "hasher", "limit", "cancelled")] string failing)
    {
        var unobserved = new List<Exception>();
        void Observe(object? sender, UnobservedTaskExceptionEventArgs observed)
        {
            lock (unobserved)
            {
                unobserved.Add(observed.Exception);
            }
        }

        TaskScheduler.UnobservedTaskException += Observe;
        try
        {
            foreach ((int block, bool parted) in Ways)
            {
                using var pool = new PoolListener(Block);
                await RunAsync(failing, block, parted);
                pool.RequireBalance();
            }

            // Once for all ways, because a collection of a large heap is slow.
            for (int turn = 0; turn < 3; turn++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            Assert.That(unobserved, Is.Empty);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Observe;
        }
    }

    [Test]
    public async Task Hashing_has_ended_when_a_destination_throws_instead_of_writing()
    {
        byte[] bytes = Bytes.Of(Block);
        using var hasher = new ETagHasher(new PartPlan(16 * Block, 16 * Block), length: null, singlePart: true, expected: null);
        var stream = new HashingStream(new SequentialSource(bytes), hasher, LengthLimit.None);
        await Catch.AsyncAs<IOException>(() => stream.CopyToAsync(new FailingDestination(1, atOnce: true)));
        Assert.That(hasher.Finish(), Is.EqualTo(Bytes.Md5(bytes)), "the hasher has taken in the whole block");
    }

    private static async Task RunAsync(string failing, int block, bool parted)
    {
        using var cancel = new CancellationTokenSource();
        int failAt = (block - 1) * Block;
        var source = new SequentialSource(Bytes.Of(4 * Block), chunk: Block / 2)
        {
            BeforeRead = (at, _) => at < failAt ? Task.CompletedTask : failing switch
            {
                "source" => Task.FromException(new IOException("The source failed.")),
                "source at once" => throw new IOException("The source failed."),
                "cancelled" => cancel.CancelAsync(),
                _ => Task.CompletedTask,
            },
        };
        Stream destination = failing switch
        {
            "destination" => new FailingDestination(block, atOnce: false),
            "destination at once" => new FailingDestination(block, atOnce: true),
            _ => Stream.Null,
        };
        LengthLimit limit = failing == "limit" ? new LengthLimit(failAt, static () => new IOException("Too long.")) : LengthLimit.None;
        ETagHasher hasher = parted
            ? Parted(4 * Block)
            : new ETagHasher(new PartPlan(16 * Block, 16 * Block), length: null, singlePart: true, expected: null);
        if (failing == "hasher")
        {
            hasher.Dispose();
        }

        await using var stream = new HashingStream(source, hasher, limit, parted ? 4 : HashingStream.FewBlocks);
        Task copying = stream.CopyToAsync(destination, 0, cancel.Token);
        await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.That(copying.IsCompletedSuccessfully, Is.False);
    }

    private static HashingStream Create(Stream source, LengthLimit? limit = null) =>
        new(source, new ETagHasher(new PartPlan(16 * Block, 16 * Block), length: null, singlePart: false, expected: null), limit
            ?? LengthLimit.None);

    /// <summary>Parts that are no multiple of a block, so that blocks belong to two of them.</summary>
    private static ETagHasher Parted(long length) => new(new PartPlan(PartSize, PartSize), length, singlePart: false, expected: null);

    private sealed class YieldingDestination(Stream inner) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            await inner.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class FailingDestination(int block, bool atOnce) : MemoryStream
    {
        private int _blocks;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++_blocks < block)
            {
                return ValueTask.CompletedTask;
            }

            var failure = new IOException("The destination failed.");
            return atOnce ? throw failure : ValueTask.FromException(failure);
        }
    }
}
