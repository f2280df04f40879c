namespace BleepStore.Storage.Conformance.Support;

/// <summary>
/// A source with scripted behaviour. It can be seekable or not, deliver small pieces, and fail or end at the wrong place. Synchronous reads
/// throw, as those of a network stream may.
/// </summary>
/// <param name="bytes">The bytes to deliver.</param>
public sealed class ScriptedStream(byte[] bytes) : Stream
{
    private long _position;

    /// <summary>Whether it can seek. The default is <see langword="false"/>.</summary>
    public bool Seekable { get; init; }

    /// <summary>How many bytes one read delivers at most. By default there is no limit.</summary>
    public int BiteSize { get; init; } = int.MaxValue;

    /// <summary>After how many bytes reading throws <see cref="Failure"/>. The default is never.</summary>
    public long? FailsAt { get; init; }

    /// <summary>The exception that is thrown at <see cref="FailsAt"/>. The default is an <see cref="IOException"/>.</summary>
    public Exception Failure { get; init; } = new IOException("The source was told to fail.");

    /// <summary>The length that a seekable source claims to have. The default is the true one.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>Called before every read with the position. The default does nothing.</summary>
    public Func<long, CancellationToken, Task>? BeforeRead { get; init; }

    /// <summary>Whether somebody disposed it.</summary>
    public bool IsDisposed { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => Seekable;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => Seekable ? ClaimedLength ?? bytes.Length : throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => Seekable ? _position : throw new NotSupportedException();
        set => _position = Seekable ? value : throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (BeforeRead is not null)
        {
            await BeforeRead(_position, cancellationToken);
        }

        if (_position >= FailsAt)
        {
            throw Failure;
        }

        long left = Math.Max(0, Math.Min(bytes.Length, FailsAt ?? long.MaxValue) - _position);
        int count = (int)Math.Min(Math.Min(buffer.Length, BiteSize), left);
        bytes.AsMemory((int)Math.Min(_position, bytes.Length), count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("The source was read synchronously.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
