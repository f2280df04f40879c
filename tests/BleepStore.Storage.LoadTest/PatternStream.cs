namespace BleepStore.Storage.LoadTest;

/// <summary>Bytes that take no memory.</summary>
/// <param name="length">How many.</param>
/// <param name="canSeek">Whether they can be read again.</param>
/// <param name="waits">Whether no read is ready at once.</param>
internal sealed class PatternStream(long length, bool canSeek, bool waits) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => canSeek;

    public override bool CanWrite => false;

    public override long Length => canSeek ? length : throw new NotSupportedException();

    public override long Position
    {
        get => canSeek ? _position : throw new NotSupportedException();
        set => _position = canSeek ? value : throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (waits)
        {
            // A slow client is the source of the waiting load.
            await Task.Delay(1, cancellationToken);
        }

        int count = (int)Math.Min(buffer.Length, length - _position);
        buffer.Span[..count].Fill((byte)(_position >> 16));
        _position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
