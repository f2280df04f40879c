using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>
/// The bytes of an object as they were before they were compressed, decoded as they are read. No more bytes come than the record names,
/// however far the stored bytes would expand.
/// </summary>
internal sealed class DecompressedContent : ReadOnlyStream
{
    private const int SkipStep = 64 * 1024;

    private readonly StoredBytes _stored;
    private readonly Stream _decoder;
    private readonly byte[] _probe = new byte[1];
    private long _skip;
    private long _left;

    /// <summary>The last bytes, when the read that decoded them ended before their end was verified.</summary>
    private ReadOnlyMemory<byte> _held;

    /// <param name="body">The stored bytes, a stream that resumes by itself. Disposed with this.</param>
    /// <param name="record">Their record.</param>
    /// <param name="from">How many decoded bytes are left out at the beginning.</param>
    public DecompressedContent(Stream body, CompressionRecord record, long from)
    {
        _stored = new StoredBytes(body);
        _decoder = Codings.Decompress(record.Coding, _stored);
        _skip = from;
        _left = record.PlainSize - from;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _left == 0)
        {
            return 0;
        }

        try
        {
            if (!_held.IsEmpty)
            {
                RequireEnd(await _decoder.ReadAsync(_probe, cancellationToken).ConfigureAwait(false));
                return DeliverHeld(buffer.Span);
            }

            if (_skip > 0)
            {
                await SkipAsync(cancellationToken).ConfigureAwait(false);
            }

            int count = Require(await _decoder.ReadAsync(Wanted(buffer), cancellationToken).ConfigureAwait(false));
            if (count == _left)
            {
                await VerifyEndAsync(buffer[..count], cancellationToken).ConfigureAwait(false);
            }

            _left -= count;
            return count;
        }
        catch (Exception thrown) when (IsAboutBytes(thrown))
        {
            throw Damaged(thrown);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _left == 0)
        {
            return 0;
        }

        try
        {
            if (!_held.IsEmpty)
            {
                RequireEnd(_decoder.Read(_probe));
                return DeliverHeld(buffer);
            }

            Skip();
            int count = Require(_decoder.Read(buffer[..(int)Math.Min(buffer.Length, _left)]));
            if (count == _left)
            {
                VerifyEnd(buffer[..count]);
            }

            _left -= count;
            return count;
        }
        catch (Exception thrown) when (IsAboutBytes(thrown))
        {
            throw Damaged(thrown);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _decoder.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Require(int count) => count > 0 ? count : throw Damaged(thrown: null);

    private static void RequireEnd(int more)
    {
        if (more > 0)
        {
            throw Damaged(thrown: null);
        }
    }

    private static StorageException Damaged(Exception? thrown) => new(
        StorageErrorCode.BadDigest,
        "The stored bytes do not decompress to the object that was put (WithCompression). They are damaged, or another tool changed them.",
        thrown);

    private Memory<byte> Wanted(Memory<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, _left)];

    /// <summary>Decoders throw these exceptions for invalid bytes. Exceptions of the body pass through unchanged.</summary>
    private bool IsAboutBytes(Exception thrown) =>
        !_stored.HasFailed && thrown is InvalidDataException or InvalidOperationException and not ObjectDisposedException;

    /// <summary>
    /// The decoder verifies its checksum only on a further read. When that read is cancelled, or the stored bytes break off, the bytes are
    /// delivered by the next read.
    /// </summary>
    private async ValueTask VerifyEndAsync(ReadOnlyMemory<byte> last, CancellationToken cancellationToken)
    {
        try
        {
            RequireEnd(await _decoder.ReadAsync(_probe, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception thrown) when (thrown is OperationCanceledException || _stored.HasFailed)
        {
            _held = last.ToArray();
            throw;
        }
    }

    private void VerifyEnd(ReadOnlySpan<byte> last)
    {
        try
        {
            RequireEnd(_decoder.Read(_probe));
        }
        catch (Exception) when (_stored.HasFailed)
        {
            _held = last.ToArray();
            throw;
        }
    }

    private int DeliverHeld(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _held.Length);
        _held.Span[..count].CopyTo(buffer);
        _held = _held[count..];
        _left -= count;
        return count;
    }

    private async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        byte[] skipped = new byte[(int)Math.Min(SkipStep, _skip)];
        while (_skip > 0)
        {
            Memory<byte> wanted = skipped.AsMemory(0, (int)Math.Min(skipped.Length, _skip));
            _skip -= Require(await _decoder.ReadAsync(wanted, cancellationToken).ConfigureAwait(false));
        }
    }

    private void Skip()
    {
        byte[] skipped = _skip > 0 ? new byte[(int)Math.Min(SkipStep, _skip)] : [];
        while (_skip > 0)
        {
            _skip -= Require(_decoder.Read(skipped.AsSpan(0, (int)Math.Min(skipped.Length, _skip))));
        }
    }
}
