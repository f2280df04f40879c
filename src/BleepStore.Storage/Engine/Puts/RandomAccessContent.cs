using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Sources;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// A file, or a stream over memory, whose bytes are cheap to read anywhere. Parts are segments. Each is read twice, once for its digest and
/// once to be sent, and never held in memory. Several segments of a file are read at a time, without moving its position. Those of memory
/// are read one after another.
/// </summary>
internal sealed class RandomAccessContent : Content
{
    private const int BufferSize = 256 * 1024;

    private readonly Stream _source;
    private readonly SafeFileHandle? _file;
    private readonly long _start;
    private readonly long _length;
    private readonly bool _isDeclared;
    private readonly SemaphoreSlim _turn = new(1);
    private long _offset;
    private bool _started;

    /// <param name="source">A stream that <see cref="IsCheap"/> accepts.</param>
    /// <param name="span">The bytes of it to store.</param>
    /// <param name="reads">Reads the source.</param>
    public RandomAccessContent(Stream source, SourceSpan span, SourceReads reads)
        : base(reads)
    {
        _source = source;
        _file = (source as FileStream)?.SafeFileHandle;
        _start = span.Start;
        _length = span.Length;
        _isDeclared = span.IsDeclared;
    }

    public override long? Length => _length;

    public override bool CanRestart => true;

    public override bool HoldsParts => false;

    /// <summary>
    /// Returns whether a seekable stream is cheap to read at any position. A derived type can return other bytes than the file or the
    /// memory holds, so only its own reads are correct.
    /// </summary>
    public static bool IsCheap(Stream source) => source.GetType() == typeof(FileStream) || source.GetType() == typeof(MemoryStream);

    public override Stream OpenAll()
    {
        _source.Position = _start;
        return new SourceStream(_source, _length, endsThere: !_isDeclared, Reads);
    }

    public override async ValueTask<PartBody?> NextPartAsync(long size, bool canWait, CancellationToken cancellationToken)
    {
        if (_started && _offset == _length)
        {
            await RequireEndAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }

        _started = true;
        long length = Math.Min(size, _length - _offset);
        byte[] md5 = await HashSegmentAsync(_offset, length, Hash, cancellationToken).ConfigureAwait(false);
        var part = new SegmentPart(this, _offset, length, md5);
        _offset += length;
        return part;
    }

    public override void SettlePosition(bool isStored) => _source.Position = isStored ? _start + _length : _start;

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override void Rewind(MemoryBudget budget)
    {
        _offset = 0;
        _started = false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            if (_file is not null)
            {
                return await RandomAccess.ReadAsync(_file, buffer, _start + offset, cancellationToken).ConfigureAwait(false);
            }

            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                _source.Position = _start + offset;
                return await _source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception cause)
        {
            throw Reads.Failed(offset, cause);
        }
    }

    private async Task RequireEndAsync(CancellationToken cancellationToken)
    {
        if (!_isDeclared && await ReadAsync(_length, new byte[1], cancellationToken).ConfigureAwait(false) != 0)
        {
            throw IncompleteBody.Grown(_length);
        }
    }

    private async Task<byte[]> HashSegmentAsync(
        long offset, long length, PartBuffer.Observer? observer, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, 1, BufferSize));
        try
        {
            for (long done = 0; done < length;)
            {
                Memory<byte> wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - done));
                int count = await ReadAsync(offset + done, wanted, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    throw IncompleteBody.Short(_length, offset + done);
                }

                hash.AppendData(buffer.AsSpan(0, count));
                observer?.Invoke(buffer.AsSpan(0, count));
                done += count;
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class SegmentPart(RandomAccessContent source, long offset, long length, byte[] md5) : PartBody(length, md5)
    {
        public override Stream Open() => new SegmentStream(source, offset, Size);

        public override void Dispose()
        {
        }

        public override async ValueTask<StorageException?> ExplainAsync(StorageException refused, CancellationToken cancellationToken)
        {
            byte[] now = await source.HashSegmentAsync(offset, Size, observer: null, cancellationToken).ConfigureAwait(false);
            return Md5!.Value.Span.SequenceEqual(now)
                ? null
                : UpstreamErrors.Recode(
                    refused,
                    StorageErrorCode.IncompleteBody,
                    $"The source changed while it was read. The {Size} bytes from {offset} had the MD5 {ETag}. "
                    + $"It is {ETags.FromMd5(now)} now. Nothing was stored. Put it again when no program writes to it.");
        }
    }

    /// <summary>A segment, read forward.</summary>
    private sealed class SegmentStream(RandomAccessContent source, long offset, long length) : AsyncReadStream
    {
        private long _done;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Memory<byte> wanted = buffer[..(int)Math.Min(buffer.Length, length - _done)];
            if (wanted.IsEmpty)
            {
                return 0;
            }

            int count = await source.ReadAsync(offset + _done, wanted, cancellationToken).ConfigureAwait(false);
            _done += count;
            return count > 0 ? count : throw IncompleteBody.Short(source._length, offset + _done);
        }
    }
}
