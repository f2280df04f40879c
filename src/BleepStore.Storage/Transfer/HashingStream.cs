using System.Buffers;
using BleepStore.Storage.Hashing;

namespace BleepStore.Storage.Transfer;

/// <summary>
/// Hashes a source as it is read. Reading to the end completes the checks. Copying it to a destination goes on with three things at a time:
/// reading a block, hashing the one before, and writing it.
/// </summary>
internal sealed class HashingStream(Stream source, ETagHasher hasher, LengthLimit limit) : AsyncReadStream
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>Below this, handing the hashing to another thread costs more than it saves.</summary>
    private const int HashInLine = 64 * 1024;

    private long _total;

    /// <summary>Known when the source was read to its end.</summary>
    public string? ETag { get; private set; }

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
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockSize);
        byte[] next = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            int count = await FillAsync(block, cancellationToken).ConfigureAwait(false);
            while (count > 0)
            {
                Count(count);
                Task hashing = HashAsync(block, count);
                Task writing = WriteAsync(destination, block.AsMemory(0, count), cancellationToken);
                Task<int> reading = count < BlockSize ? Task.FromResult(0) : FillAsync(next, cancellationToken).AsTask();

                // All three must have ended before a buffer is used again or given back, also when one of them fails.
                await Task.WhenAll(hashing, writing, reading).ConfigureAwait(false);
                count = await reading.ConfigureAwait(false);
                (block, next) = (next, block);
            }

            ETag = hasher.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
            ArrayPool<byte>.Shared.Return(next);
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

    /// <summary>A destination may throw instead of returning a failed task: that, too, must wait for the other two.</summary>
    private static async Task WriteAsync(Stream destination, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);

    private Task HashAsync(byte[] block, int count)
    {
        if (count <= HashInLine)
        {
            hasher.Append(block.AsSpan(0, count));
            return Task.CompletedTask;
        }

        return Task.Run(() => hasher.Append(block.AsSpan(0, count)), CancellationToken.None);
    }

    /// <summary>Fills a block; fewer bytes mean the source's end.</summary>
    private async ValueTask<int> FillAsync(byte[] block, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < BlockSize)
        {
            int count = await source.ReadAsync(block.AsMemory(filled, BlockSize - filled), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return filled;
    }
}
