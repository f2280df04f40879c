namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>
/// A source of many bytes that takes no memory and hardly any time. It repeats one block of random bytes, at another offset each time, so
/// no two parts are alike. Not seekable, as a request's body is not.
/// </summary>
internal sealed class PatternStream(long length) : Stream
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>It is prime to the block's size, so the pattern repeats only after the square of it.</summary>
    private const int Step = 4099;

    private static readonly byte[] Block = MakeBlock();

    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new PatternStream(count).ReadExactly(bytes);
        return bytes;
    }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, length - _position);
        for (int done = 0; done < count;)
        {
            int start = (int)((_position + (_position / BlockSize * Step)) % BlockSize);
            int inBlock = BlockSize - (int)(_position % BlockSize);
            int take = Math.Min(Math.Min(count - done, inBlock), BlockSize - start);
            Block.AsSpan(start, take).CopyTo(buffer[done..]);
            done += take;
            _position += take;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The same bytes in every process.</summary>
    private static byte[] MakeBlock()
    {
        byte[] block = new byte[BlockSize];
        new Random(20261124).NextBytes(block);
        return block;
    }
}
