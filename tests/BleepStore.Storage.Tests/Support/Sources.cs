using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Support;

/// <summary>A source that can be read once, in chunks of a given size, and that tells what was done to it.</summary>
internal sealed class SequentialSource(byte[] bytes, int chunk = int.MaxValue) : AsyncReadStream
{
    private int _position;

    public bool IsDisposed { get; private set; }

    public int Delivered => _position;

    /// <summary>Called before each read with the number of delivered bytes. It can throw or wait.</summary>
    public Func<int, CancellationToken, Task>? BeforeRead { get; init; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (BeforeRead is not null)
        {
            await BeforeRead(_position, cancellationToken);
        }

        int count = Math.Min(Math.Min(buffer.Length, chunk), bytes.Length - _position);
        bytes.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

/// <summary>A source whose second read returns a count that no read can return.</summary>
internal sealed class MiscountingSource(byte[] bytes, Func<int, int> count) : AsyncReadStream
{
    private int _position;
    private int _reads;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (++_reads == 2)
        {
            return ValueTask.FromResult(count(buffer.Length));
        }

        int read = Math.Min(Math.Min(buffer.Length, 7), bytes.Length - _position);
        bytes.AsMemory(_position, read).CopyTo(buffer);
        _position += read;
        return ValueTask.FromResult(read);
    }
}

/// <summary>A seekable source that tells whether it was disposed, and can claim another length than it has.</summary>
internal sealed class SeekableSource(byte[] bytes, long? claimedLength = null) : MemoryStream(bytes)
{
    public bool IsDisposed { get; private set; }

    public override long Length => claimedLength ?? base.Length;

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

/// <summary>A source that can seek and counts what that would cost.</summary>
internal sealed class CountingSource(byte[] bytes) : MemoryStream(bytes)
{
    public int Delivered { get; private set; }

    public int Seeks { get; private set; }

    public override long Position
    {
        get => base.Position;
        set
        {
            Seeks++;
            base.Position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await base.ReadAsync(buffer, cancellationToken);
        Delivered += count;
        return count;
    }
}

/// <summary>A source that can seek, and fails when it is asked for its length or position.</summary>
internal sealed class UnmeasurableSource(string property, Exception cause) : MemoryStream
{
    public override long Length => property == nameof(Length) ? throw cause : base.Length;

    public override long Position
    {
        get => property == nameof(Position) ? throw cause : base.Position;
        set => base.Position = value;
    }
}

/// <summary>A body that delivers what it has, then does what it was told.</summary>
internal sealed class BreakingBody(ReadOnlyMemory<byte> bytes, Exception? failure) : Stream
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public bool IsDisposed { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override int Read(Span<byte> buffer)
    {
        if (_rest.IsEmpty && failure is not null)
        {
            throw failure;
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
