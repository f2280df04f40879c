using System.Buffers;
using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// Parts of a seekable source: segments that are read twice, once for the digest and once to be sent, and never held in memory.
/// </summary>
internal sealed class SegmentPartReader(SharedSource source) : PartReader
{
    private const int BufferSize = 256 * 1024;
    private long _offset;
    private bool _started;

    public override async ValueTask<PartBody?> NextAsync(long size, bool canWait, CancellationToken cancellationToken)
    {
        if (_started && _offset == source.Length)
        {
            await RequireEndAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }

        _started = true;
        long length = Math.Min(size, source.Length - _offset);
        byte[] md5 = await HashSegmentAsync(source, _offset, length, Hash, cancellationToken).ConfigureAwait(false);
        var part = new SegmentPart(source, _offset, length, md5);
        _offset += length;
        return part;
    }

    public override void Dispose()
    {
        source.Dispose();
        base.Dispose();
    }

    private async Task RequireEndAsync(CancellationToken cancellationToken)
    {
        if (await source.ReadAsync(source.Length, new byte[1], cancellationToken).ConfigureAwait(false) != 0)
        {
            throw IncompleteBody.Long(source.Length);
        }
    }

    private static async Task<byte[]> HashSegmentAsync(
        SharedSource source, long offset, long length, PartBuffer.Observer? observer, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, 1, BufferSize));
        try
        {
            for (long done = 0; done < length;)
            {
                Memory<byte> wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - done));
                int count = await source.ReadAsync(offset + done, wanted, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    throw IncompleteBody.Short(source.Length, offset + done);
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

    private sealed class SegmentPart(SharedSource source, long offset, long length, byte[] md5) : PartBody(length, md5)
    {
        public override Stream Open() => new SegmentStream(source, offset, Size);

        public override void Dispose()
        {
        }

        public override async ValueTask<StorageException?> ExplainAsync(StorageException refused, CancellationToken cancellationToken)
        {
            byte[] now = await HashSegmentAsync(source, offset, Size, observer: null, cancellationToken).ConfigureAwait(false);
            return Md5!.Value.Span.SequenceEqual(now)
                ? null
                : new StorageException(
                    StorageErrorCode.BadDigest,
                    $"The source changed while it was read. The {Size} bytes from {offset} had the MD5 {ETag}. It is {ETags.FromMd5(now)} now. "
                    + "Nothing was stored. Put it again when nobody writes to it.",
                    refused)
                {
                    Status = refused.Status,
                    ProviderCode = refused.ProviderCode,
                    RequestId = refused.RequestId,
                };
        }
    }
}
