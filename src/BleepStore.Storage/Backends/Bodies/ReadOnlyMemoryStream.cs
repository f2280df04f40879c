using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>Reads bytes in memory without copying them. It is seekable, so a client that resends can rewind.</summary>
internal sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> bytes) : ReadOnlyStream
{
    private int _position;
    private TimeLimit? _limit;
    private long _rental;

    public override bool CanSeek => true;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Counts against a limit how often the bytes are sent from their beginning.</summary>
    public void CountSendings(TimeLimit limit, long rental) => (_limit, _rental) = (limit, rental);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override int Read(Span<byte> buffer)
    {
        CountSending();
        ReadOnlySpan<byte> rest = bytes.Span[_position..];
        int count = Math.Min(buffer.Length, rest.Length);
        rest[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        CountSending();
        ReadOnlyMemory<byte> rest = bytes[_position..];
        _position = bytes.Length;
        if (rest.Length > 0)
        {
            await destination.WriteAsync(rest, cancellationToken).ConfigureAwait(false);
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            _ => bytes.Length,
        };
        if (target != _position && target != 0)
        {
            throw new NotSupportedException("Bytes that are sent can only be rewound to their beginning.");
        }

        _position = (int)target;
        return target;
    }

    private void CountSending()
    {
        if (_position == 0)
        {
            _limit?.CountSending(_rental);
        }
    }
}
