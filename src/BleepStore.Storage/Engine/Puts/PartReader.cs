using System.Security.Cryptography;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Parts;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>Cuts a content into parts. One reader at a time; the parts it hands out can be sent side by side.</summary>
internal abstract class PartReader : IDisposable
{
    private IncrementalHash? _whole;
    private ETagHasher? _etag;

    /// <summary>Whether a part is held in memory, or in a temporary file, until it is disposed.</summary>
    public virtual bool HoldsParts => false;

    /// <summary>From now on, hash everything beside the parts' own hashes.</summary>
    public void HashWhole() => _whole = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    /// <summary>From now on, also feeds everything to a hasher, which the caller disposes.</summary>
    public void HashInto(ETagHasher etag) => _etag = etag;

    /// <summary>The next part.</summary>
    /// <param name="size">At most this many bytes; fewer only at the end.</param>
    /// <param name="canWait">Whether other parts are being sent, so that memory will come free; otherwise what does not fit is spooled to a
    /// temporary file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The part; <see langword="null"/> when nothing is left. The very first can be empty.</returns>
    public abstract ValueTask<PartBody?> NextAsync(long size, bool canWait, CancellationToken cancellationToken);

    /// <summary>Compares the digest of everything that was read.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.BadDigest"/>.</exception>
    public void CheckWhole(ReadOnlyMemory<byte>? expected)
    {
        if (expected is not { } md5 || _whole is null)
        {
            return;
        }

        byte[] actual = _whole.GetCurrentHash();
        if (!md5.Span.SequenceEqual(actual))
        {
            throw ETagHasher.BadDigest(md5.Span, actual);
        }
    }

    public virtual void Dispose() => _whole?.Dispose();

    protected void Hash(ReadOnlySpan<byte> bytes)
    {
        _whole?.AppendData(bytes);
        _etag?.Append(bytes);
    }
}
