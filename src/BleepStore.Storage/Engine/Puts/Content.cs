using System.Security.Cryptography;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// A caller's bytes on their way into one object or part. They are read in one pass, or part by part. One reader at a time. The parts can
/// be sent side by side.
/// </summary>
/// <param name="reads">Reads the caller's source.</param>
internal abstract class Content(SourceReads reads) : IDisposable
{
    private IncrementalHash? _wholeHash;
    private ETagHasher? _etag;

    /// <summary>Reads the caller's source, if there is one.</summary>
    public SourceReads Reads { get; } = reads;

    /// <summary>How many bytes there are, declared or known.</summary>
    public abstract long? Length { get; }

    /// <summary>Whether the bytes can be read again from the beginning.</summary>
    public abstract bool CanRestart { get; }

    /// <summary>Whether a part is held in memory, or in a temporary file, until it is disposed.</summary>
    public abstract bool HoldsParts { get; }

    /// <summary>Opens all bytes, to be read in one pass.</summary>
    public abstract Stream OpenAll();

    /// <summary>Begins to read part by part, from the first byte.</summary>
    /// <param name="budget">How much may be held in memory.</param>
    /// <param name="etag">Also gets all bytes. The caller disposes it.</param>
    /// <param name="hashesAll">Whether to hash all bytes for <see cref="CheckAll"/>, besides the parts.</param>
    public void BeginParts(MemoryBudget budget, ETagHasher? etag = null, bool hashesAll = false)
    {
        _wholeHash?.Dispose();
        _wholeHash = hashesAll ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
        _etag = etag;
        Rewind(budget);
    }

    /// <summary>Reads the next part.</summary>
    /// <param name="size">At most this many bytes. Only the last part has fewer.</param>
    /// <param name="canWait">
    /// Whether other parts are being sent, so memory will become free. Otherwise a part that does not fit goes to a temporary file.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The part. <see langword="null"/> when nothing is left. The first part can be empty.</returns>
    public abstract ValueTask<PartBody?> NextPartAsync(long size, bool canWait, CancellationToken cancellationToken);

    /// <summary>Compares the digest of all parts that were read.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.BadDigest"/>.</exception>
    public void CheckAll(ReadOnlyMemory<byte>? expected)
    {
        if (expected is not { } md5 || _wholeHash is null)
        {
            return;
        }

        byte[] actual = _wholeHash.GetCurrentHash();
        if (!md5.Span.SequenceEqual(actual))
        {
            throw ETagHasher.BadDigest(md5.Span, actual);
        }
    }

    /// <summary>
    /// Puts the source's position where callers expect it. That is behind the last byte that was stored. After a failure it is back at the
    /// first byte, so the same call can be repeated.
    /// </summary>
    /// <param name="isStored">Whether the bytes were stored.</param>
    public virtual void SettlePosition(bool isStored)
    {
    }

    public virtual void Dispose() => _wholeHash?.Dispose();

    protected abstract void Rewind(MemoryBudget budget);

    /// <summary>Called with the bytes of each part in turn.</summary>
    protected void Hash(ReadOnlySpan<byte> bytes)
    {
        _wholeHash?.AppendData(bytes);
        _etag?.Append(bytes);
    }
}
