using System.Security.Cryptography;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>Collects and hashes one part as it is read, and turns into a replayable body.</summary>
internal abstract class PartBuffer : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    private bool _isDisposed;

    public delegate void Observer(ReadOnlySpan<byte> bytes);

    public long Length { get; private set; }

    /// <summary>Whether a source may still write into the room.</summary>
    protected bool IsAbandoned { get; private set; }

    /// <summary>Reads up to <paramref name="most"/> bytes, fewer only at the source's end.</summary>
    public async ValueTask FillAsync(Stream source, long most, Observer observer, CancellationToken cancellationToken)
    {
        while (Length < most)
        {
            Memory<byte> room = GetRoom(most - Length);
            int count = await ReadAsync(source, room, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            ReadOnlyMemory<byte> bytes = room[..count];
            _hash.AppendData(bytes.Span);
            observer(bytes.Span);
            await KeepAsync(bytes, Length, cancellationToken).ConfigureAwait(false);
            Length += count;
        }
    }

    private async ValueTask<int> ReadAsync(Stream source, Memory<byte> room, CancellationToken cancellationToken)
    {
        try
        {
            return await SourceStream.ReadAsync(source, room, cancellationToken).ConfigureAwait(false);
        }
        catch (SourceAbandonedException)
        {
            Abandon();
            throw;
        }
    }

    /// <summary>The part. From now on it owns the buffers of the bytes.</summary>
    public PartBody ToPart()
    {
        byte[] md5 = _hash.GetHashAndReset();
        _hash.Dispose();
        return MakePart(Length, md5);
    }

    /// <summary>Releases the buffers. Repeated calls have no effect.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _hash.Dispose();
            Free();
        }
    }

    /// <summary>Returns where the next bytes can be read to. The room is not empty and has at most <paramref name="most"/> bytes.</summary>
    public abstract Memory<byte> GetRoom(long most);

    /// <summary>Keeps bytes that were just read into the room.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="at">How many bytes are kept already.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public abstract ValueTask KeepAsync(ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellationToken);

    /// <summary>Hands the bytes over to a part.</summary>
    /// <param name="length">How many bytes are kept.</param>
    /// <param name="md5">Their MD5.</param>
    public abstract PartBody MakePart(long length, byte[] md5);

    /// <summary>Releases the buffers that no part has taken over.</summary>
    protected abstract void Free();

    /// <summary>Notes that a source may still write into the last room, which must not be used again.</summary>
    public virtual void Abandon() => IsAbandoned = true;
}
