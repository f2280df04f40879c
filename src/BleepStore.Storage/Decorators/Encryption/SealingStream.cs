using System.Buffers;
using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine.Hashing;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// Encrypts a body as it is read. The last chunk is sealed only after the body was read to its end. So a body that fails its checks never
/// becomes an object.
/// </summary>
internal sealed class SealingStream : AsyncReadStream
{
    /// <summary>How many chunks are written at a time when the bytes are copied to a destination.</summary>
    private const int ChunksPerBlock = 16;

    private readonly Stream _source;
    private readonly ChunkCipher _cipher;
    private readonly SealedSpan _span;
    private readonly SealedTags? _tags;
    private readonly IncrementalHash _storedHash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly int _room;
    private ReadOnlyMemory<byte> _pending;
    private byte[]? _plain;
    private byte[]? _stored;
    private int _filled;
    private int _chunks;
    private bool _hasEnded;
    private StreamUse _use;

    /// <param name="plain">The plaintext. It is opened.</param>
    /// <param name="header">The header of the object.</param>
    /// <param name="cipher">Seals the chunks. Disposed with this.</param>
    /// <param name="span">Their chunks of the object.</param>
    /// <param name="tags">The tags of a first pass. <see langword="null"/> for a salt that seals one pass only.</param>
    /// <param name="isAhead">Whether the bytes are sealed before they are sent.</param>
    public SealingStream(
        StorageBody plain, ObjectHeader header, ChunkCipher cipher, SealedSpan span, SealedTags? tags, bool isAhead = false)
    {
        _cipher = cipher;
        _span = span;
        _tags = tags;

        if (span.HasHeader)
        {
            _pending = header.Bytes;
            Written = header.Bytes.Length;
            _storedHash.AppendData(header.Bytes.Span);
        }

        // One extra byte shows whether the body is longer than declared.
        _room = (int)Math.Min(StoredSize.Chunk, (plain.Length ?? StoredSize.Chunk) + 1);

        // The tags of the first pass reveal every later change, so only the first pass is compared.
        Stream source = isAhead ? plain.OpenAhead() : plain.Open();
        _source = tags is { IsComplete: true } ? source : ComparedStream.Over(plain, source);
    }

    /// <summary>The MD5 of the delivered bytes. Known at the end.</summary>
    public byte[]? Md5 { get; private set; }

    /// <summary>How many bytes were encrypted so far, as stored.</summary>
    public long Written { get; private set; }

    public static StorageException OtherLength() => new(
        StorageErrorCode.IncompleteBody, "The source does not have its declared length. Nothing was stored. Correct the length.");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _use.Begin(this);
        try
        {
            return buffer.IsEmpty ? 0 : await DeliverAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndUse();
        }
    }

    /// <summary>The source hashes on other threads while it is copied, so hashing and encryption run in parallel.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        _use.Begin(this);
        try
        {
            await SealToAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndUse();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bool isIdle = _use.Dispose(out bool isFirst);
            if (isFirst)
            {
                _source.Dispose();
                _cipher.Dispose();
            }

            if (isIdle)
            {
                _pending = default;
                _storedHash.Dispose();
                Return();
            }
        }

        base.Dispose(disposing);
    }

    private void EndUse()
    {
        if (_use.End())
        {
            CryptographicOperations.ZeroMemory(_plain);
        }
    }

    private async ValueTask<int> DeliverAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_pending.IsEmpty)
        {
            if (_hasEnded)
            {
                return 0;
            }

            int length = await ReadChunkAsync(cancellationToken).ConfigureAwait(false) + StoredSize.Overhead;
            bool isDirect = buffer.Length >= length;
            Memory<byte> target = isDirect ? buffer : _stored ??= ArrayPool<byte>.Shared.Rent(_room + StoredSize.Overhead);
            length = SealChunk(_plain.AsSpan(0, _filled), target.Span);
            _filled = 0;
            _storedHash.AppendData(target.Span[..length]);
            End();
            if (isDirect)
            {
                return length;
            }

            _pending = target[..length];
        }

        int count = Math.Min(buffer.Length, _pending.Length);
        _pending[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }

    private async Task SealToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        if (!_pending.IsEmpty)
        {
            await destination.WriteAsync(_pending, cancellationToken).ConfigureAwait(false);
            _pending = default;
        }

        if (_hasEnded)
        {
            return;
        }

        var sealing = new SealingDestination(this, destination);
        await using (sealing.ConfigureAwait(false))
        {
            await _source.CopyToAsync(sealing, bufferSize, cancellationToken).ConfigureAwait(false);
            await sealing.EndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Return()
    {
        if (_plain is { } plain)
        {
            _plain = null;
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
        }

        if (_stored is { } stored)
        {
            _stored = null;
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    /// <summary>Reads the plaintext of the next chunk.</summary>
    private async ValueTask<int> ReadChunkAsync(CancellationToken cancellationToken)
    {
        _plain ??= ArrayPool<byte>.Shared.Rent(_room);
        int count = -1;
        while (_filled < _room && count != 0)
        {
            count = await _source.ReadAsync(_plain.AsMemory(_filled, _room - _filled), cancellationToken).ConfigureAwait(false);
            _filled += count;
        }

        return _filled < _room || _room == StoredSize.Chunk ? _filled : throw OtherLength();
    }

    /// <summary>Seals a chunk. One that is not full is the last.</summary>
    /// <returns>The number of bytes written, which is none at the end of a part that other parts follow.</returns>
    private int SealChunk(ReadOnlySpan<byte> plain, Span<byte> stored)
    {
        bool isLast = plain.Length < StoredSize.Chunk;
        _hasEnded |= isLast;

        if (isLast && !_span.EndsObject)
        {
            return plain.IsEmpty && (_tags?.AreAll(_chunks) ?? true) ? 0 : throw Changed();
        }

        int length = plain.Length + StoredSize.Overhead;
        ReadOnlySpan<byte> tag = _cipher.Seal(_span.FirstChunk + _chunks, isLast, plain, stored[..length]);
        if (_tags is not null && !(_tags.Accept(_chunks, tag) && (!isLast || _tags.AreAll(_chunks + 1))))
        {
            CryptographicOperations.ZeroMemory(stored[..length]);
            throw Changed();
        }

        _chunks++;
        Written += length;
        return length;
    }

    private void End()
    {
        if (_hasEnded)
        {
            Md5 = _storedHash.GetHashAndReset();
        }
    }

    private static StorageException Changed() => new(
        StorageErrorCode.BadDigest,
        "The source changed while it was read to be encrypted. Nothing was stored. Put it again when no program writes to it.");

    /// <summary>
    /// Takes the plaintext of a copy, and writes it encrypted in large blocks. A block is hashed while it is written and the next one is
    /// encrypted.
    /// </summary>
    private sealed class SealingDestination(SealingStream sealing, Stream destination) : WriteOnlyStream
    {
        private const int BlockSize = ChunksPerBlock * StoredSize.StoredChunk;

        /// <summary>Up to this, handing bytes to another thread costs more than it saves.</summary>
        private const int InLine = 64 * 1024;

        private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockSize);
        private byte[]? _hashed;
        private int _length;
        private Task _hashing = Task.CompletedTask;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                if (sealing._filled == 0 && buffer.Length >= StoredSize.Chunk)
                {
                    await SealAsync(buffer[..StoredSize.Chunk], cancellationToken).ConfigureAwait(false);
                    buffer = buffer[StoredSize.Chunk..];
                    continue;
                }

                byte[] plain = sealing._plain ??= ArrayPool<byte>.Shared.Rent(StoredSize.Chunk);
                int count = Math.Min(StoredSize.Chunk - sealing._filled, buffer.Length);
                buffer[..count].CopyTo(plain.AsMemory(sealing._filled));
                sealing._filled += count;
                buffer = buffer[count..];
                if (sealing._filled == StoredSize.Chunk)
                {
                    await SealAsync(plain.AsMemory(0, StoredSize.Chunk), cancellationToken).ConfigureAwait(false);
                    sealing._filled = 0;
                }
            }
        }

        /// <summary>Called when the source was read to its end.</summary>
        public async Task EndAsync(CancellationToken cancellationToken)
        {
            await SealAsync(sealing._plain.AsMemory(0, sealing._filled), cancellationToken).ConfigureAwait(false);
            await WriteBlockAsync(cancellationToken).ConfigureAwait(false);
            await _hashing.ConfigureAwait(false);
            sealing.End();
        }

        public override async ValueTask DisposeAsync()
        {
            // No task may use a buffer when it is returned, even after a failure.
            await _hashing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(_block);
            if (_hashed is not null)
            {
                ArrayPool<byte>.Shared.Return(_hashed);
            }

            await base.DisposeAsync().ConfigureAwait(false);
        }

        private async ValueTask SealAsync(ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
        {
            _length += sealing.SealChunk(plain.Span, _block.AsSpan(_length));
            if (_length == BlockSize)
            {
                await WriteBlockAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task WriteBlockAsync(CancellationToken cancellationToken)
        {
            await _hashing.ConfigureAwait(false);
            (byte[] block, int length) = (_block, _length);
            if (length == 0)
            {
                return;
            }

            _block = _hashed ?? ArrayPool<byte>.Shared.Rent(BlockSize);
            _hashed = block;
            _length = 0;
            if (length <= InLine)
            {
                sealing._storedHash.AppendData(block, 0, length);
            }
            else
            {
                _hashing = Task.Run(() => sealing._storedHash.AppendData(block, 0, length), CancellationToken.None);
            }

            await destination.WriteAsync(block.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
    }
}
