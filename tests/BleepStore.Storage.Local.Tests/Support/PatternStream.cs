namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>Bytes that follow from their position, as many as wanted, made as they are read. Cannot seek.</summary>
/// <param name="size">How many.</param>
/// <param name="failAt">Where to throw.</param>
internal sealed class PatternStream(long size, long failAt = long.MaxValue) : Stream
{
    private static readonly byte[] Pattern = [.. Enumerable.Range(0, 1 << 20).Select(static i => (byte)((i * 31) ^ (i >> 7)))];
    private long _position;

    public Action<long>? OnRead { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static byte[] At(long offset, int count)
    {
        byte[] bytes = new byte[count];
        Fill(bytes, offset);
        return bytes;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_position >= failAt)
        {
            throw new InvalidOperationException("The source is broken.");
        }

        int count = (int)Math.Min(buffer.Length, size - _position);
        Fill(buffer[..count], _position);
        _position += count;
        OnRead?.Invoke(_position);
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static void Fill(Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            ReadOnlySpan<byte> rest = Pattern.AsSpan((int)(offset % Pattern.Length));
            int count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            buffer = buffer[count..];
            offset += count;
        }
    }
}
