using System.Buffers;
using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// Decrypts the chunks of a stored object from a stream that stands at the beginning of one. A byte is returned only after its whole chunk
/// was verified. The last byte of the object is returned only after the end of the object was verified too.
/// </summary>
internal sealed class OpeningStream : AsyncReadStream
{
    private readonly Stream _stored;
    private readonly ObjectKey _key;
    private readonly long _size;
    private readonly long _end;
    private readonly byte[] _chunkBytes;
    private long _position;
    private long _chunk;
    private ChunkCipher? _cipher;
    private long _part;
    private byte[]? _plain;
    private ReadOnlyMemory<byte> _pending;
    private StreamUse _use;

    /// <summary>
    /// How many stored bytes wait in the buffer. A read that is cancelled leaves them there, so the next read continues behind them.
    /// </summary>
    private int _filled;

    /// <param name="stored">The stored chunks. Disposed with this.</param>
    /// <param name="key">The key of the object. Disposed with this.</param>
    /// <param name="firstChunk">The number of the chunk that the stream stands at.</param>
    /// <param name="range">The bytes to deliver, of the plaintext.</param>
    public OpeningStream(Stream stored, ObjectKey key, long firstChunk, ContentRange range)
    {
        _stored = stored;
        _key = key;
        _chunk = firstChunk;
        _size = range.ObjectSize;
        _position = range.Offset;
        _end = range.Offset + range.Length;
        _chunkBytes = ArrayPool<byte>.Shared.Rent((int)Math.Min(StoredSize.StoredChunk, _size + StoredSize.Overhead) + StoredSize.Overhead);
    }

    private long LastChunk => _size / StoredSize.Chunk;

    /// <summary>Verifies the end of an object that has no bytes to read. No read would verify it.</summary>
    public async ValueTask VerifyEmptyAsync(CancellationToken cancellationToken)
    {
        if (_size == 0)
        {
            await FillAsync(StoredSize.Overhead, cancellationToken).ConfigureAwait(false);
            OpenChunk(chunk: 0, at: 0, default);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _use.Begin(this);
        try
        {
            return buffer.IsEmpty ? 0 : await DeliverAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (_use.End())
            {
                CryptographicOperations.ZeroMemory(_plain);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _stored.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bool isIdle = _use.Dispose(out bool isFirst);
            if (isFirst)
            {
                _stored.Dispose();
                _key.Dispose();
                _cipher?.Dispose();
            }

            if (isIdle)
            {
                _pending = default;
                ArrayPool<byte>.Shared.Return(_chunkBytes);
                if (_plain is not null)
                {
                    ArrayPool<byte>.Shared.Return(_plain, clearArray: true);
                }
            }
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> DeliverAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_pending.IsEmpty)
        {
            if (_position == _end)
            {
                return 0;
            }

            await SkipAsync(_position / StoredSize.Chunk, cancellationToken).ConfigureAwait(false);
            int skipped = (int)(_position - (_chunk * StoredSize.Chunk));
            int length = PlainLength(_chunk);
            int wanted = (int)Math.Min(length - skipped, _end - _position);
            bool isDirect = wanted == length && buffer.Length >= length;
            Memory<byte> plain = isDirect ? buffer[..length] : (_plain ??= RentPlain()).AsMemory(0, length);

            // The earlier chunks were full, so only the empty last chunk proves that nothing was cut off.
            bool isFollowedByEnd = _position + wanted == _size && _chunk == LastChunk - 1;
            int stored = length + StoredSize.Overhead;
            await FillAsync(isFollowedByEnd ? stored + StoredSize.Overhead : stored, cancellationToken).ConfigureAwait(false);
            OpenChunk(_chunk, at: 0, plain.Span);
            if (isFollowedByEnd)
            {
                OpenChunk(LastChunk, stored, default);
            }

            _filled = 0;
            _chunk++;
            _position += wanted;
            if (isDirect)
            {
                return wanted;
            }

            _pending = plain.Slice(skipped, wanted);
        }

        int count = Math.Min(buffer.Length, _pending.Length);
        _pending[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }

    private byte[] RentPlain() => ArrayPool<byte>.Shared.Rent((int)Math.Min(StoredSize.Chunk, _size));

    private int PlainLength(long chunk) => (int)Math.Min(StoredSize.Chunk, _size - (chunk * StoredSize.Chunk));

    /// <summary>Reads over chunks that are not wanted.</summary>
    private async ValueTask SkipAsync(long chunk, CancellationToken cancellationToken)
    {
        while (_chunk < chunk)
        {
            await FillAsync(StoredSize.StoredChunk, cancellationToken).ConfigureAwait(false);
            _filled = 0;
            _chunk++;
        }
    }

    /// <summary>Decrypts a chunk that waits in the buffer.</summary>
    private void OpenChunk(long chunk, int at, Span<byte> plain)
    {
        ReadOnlySpan<byte> stored = _chunkBytes.AsSpan(at, plain.Length + StoredSize.Overhead);
        CipherOf(chunk, stored).Open(chunk, chunk == LastChunk, stored, plain);
    }

    private async ValueTask FillAsync(int length, CancellationToken cancellationToken)
    {
        while (_filled < length)
        {
            int count = await _stored.ReadAsync(_chunkBytes.AsMemory(_filled, length - _filled), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw Damaged.Chunk(_chunk);
            }

            _filled += count;
        }
    }

    /// <summary>
    /// All chunks of a part have the salt of one attempt to write it. A chunk with another salt in the middle of a part comes from another
    /// attempt.
    /// </summary>
    private ChunkCipher CipherOf(long chunk, ReadOnlySpan<byte> stored)
    {
        long part = _key.Header.Layout?.NumberAt(chunk * StoredSize.Chunk) ?? 1;
        if (_cipher is not null && part == _part)
        {
            return _cipher.IsOf(stored) ? _cipher : throw Damaged.Chunk(chunk);
        }

        _cipher?.Dispose();
        _cipher = new ChunkCipher(_key, stored[..ChunkCipher.SaltSize]);
        _part = part;
        return _cipher;
    }
}
