using System.Buffers;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// Hashes a source as it is read. Reading to the end completes the checks. Copying to a destination does three things in parallel. It reads
/// blocks ahead, writes them one after another, and hashes those of several parts.
/// </summary>
/// <param name="source">The source. Disposed with this.</param>
/// <param name="hasher">Hashes the bytes. Disposed with this.</param>
/// <param name="limit">The maximum number of bytes, and the exception for more.</param>
/// <param name="blocks">How many blocks of <see cref="BlockSize"/> copying may hold.</param>
internal sealed class HashingStream(
    Stream source, ETagHasher hasher, LengthLimit limit, int blocks = HashingStream.FewBlocks) : AsyncReadStream
{
    public const int BlockSize = 1024 * 1024;

    /// <summary>One block to read, one to write and one to hash, which is enough for a single digest.</summary>
    public const int FewBlocks = 3;

    private const long MostHashed = 32 * 1024 * 1024;

    private long _total;

    /// <summary>Known when the source was read to its end.</summary>
    public string? ETag { get; private set; }

    /// <summary>The sizes of the parts that the ETag was computed from, when it is known. Empty for one part.</summary>
    public IReadOnlyList<long> PartSizes => ETag is null ? [] : hasher.PartSizes;

    /// <summary>
    /// Returns how many blocks a put holds while it is hashed. Each processor should have its own part to hash, within the memory limit,
    /// and without too much load on the garbage collector.
    /// </summary>
    public static int BlocksFor(TransferSettings settings)
    {
        int side = Math.Min(settings.MaxConcurrency, Environment.ProcessorCount);
        long wanted = side == 1 ? 0 : settings.Plan.PartSize * (side + 1);
        return (int)Math.Max(Math.Min(Math.Min(wanted, settings.MemoryBudget), MostHashed) / BlockSize, FewBlocks);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || ETag is not null)
        {
            return 0;
        }

        int count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            ETag = hasher.Finish();
            return 0;
        }

        Count(count);
        hasher.Append(buffer.Span[..count]);
        return count;
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var underWay = new Queue<Block>();
        Task writing = Task.CompletedTask;
        try
        {
            int count;
            do
            {
                Block block = await TakeBlockAsync(underWay).ConfigureAwait(false);
                count = await FillAsync(block, cancellationToken).ConfigureAwait(false);
                Count(count);
                await writing.ConfigureAwait(false);
                if (count > 0)
                {
                    block.Written = writing = WriteAsync(destination, block.Bytes.AsMemory(0, count), cancellationToken);
                    block.Hashed = hasher.AppendAsync(block.Bytes.AsMemory(0, count));
                }
            }
            while (count == BlockSize);

            foreach (Block block in underWay)
            {
                await block.WaitAsync().ConfigureAwait(false);
            }

            ETag = hasher.Finish();
        }
        finally
        {
            // No task may use a buffer when it is returned, even after a failure.
            foreach (Block block in underWay)
            {
                await block.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!block.IsAbandoned)
                {
                    ArrayPool<byte>.Shared.Return(block.Bytes);
                }
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hasher.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Count(int count)
    {
        _total += count;
        limit.Check(_total);
    }

    /// <summary>
    /// A destination may throw instead of returning a failed task. That exception must also wait for the other two tasks.
    /// </summary>
    private static async Task WriteAsync(Stream destination, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns a block to fill. It is the oldest block when that is free, or when no more blocks are available.</summary>
    private async ValueTask<Block> TakeBlockAsync(Queue<Block> underWay)
    {
        if (underWay.TryPeek(out Block? block) && (underWay.Count == blocks || block.IsFree))
        {
            await block.WaitAsync().ConfigureAwait(false);
            underWay.Dequeue();
        }
        else
        {
            block = new Block(ArrayPool<byte>.Shared.Rent(BlockSize));
        }

        underWay.Enqueue(block);
        return block;
    }

    /// <summary>Fills a block. Fewer bytes mean the end of the source.</summary>
    private async ValueTask<int> FillAsync(Block block, CancellationToken cancellationToken)
    {
        int filled = 0;
        try
        {
            int count = -1;
            while (filled < BlockSize && count != 0)
            {
                Memory<byte> room = block.Bytes.AsMemory(filled, BlockSize - filled);
                count = await SourceStream.ReadAsync(source, room, cancellationToken).ConfigureAwait(false);
                filled += count;
            }
        }
        catch (SourceAbandonedException)
        {
            block.IsAbandoned = true;
            throw;
        }

        return filled;
    }

    /// <summary>A buffer, and who is at work on it.</summary>
    private sealed class Block(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        /// <summary>Whether a source may still write into the buffer.</summary>
        public bool IsAbandoned { get; set; }

        public Task Written { get; set; } = Task.CompletedTask;

        public Task Hashed { get; set; } = Task.CompletedTask;

        public bool IsFree => Written.IsCompleted && Hashed.IsCompleted;

        public Task WaitAsync() => Task.WhenAll(Written, Hashed);
    }
}
