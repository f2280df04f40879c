using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine.Hashing;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>Compares the bytes of a download with the object's ETag.</summary>
internal sealed class DownloadCheck
{
    private readonly string _etag;
    private readonly bool _isMd5;

    private readonly bool _tellsOfRanges;

    /// <summary>The ranges with their hashes. <see langword="null"/> where nobody needs them.</summary>
    private readonly PartInfo[]? _parts;

    /// <param name="etag">The object's ETag. <see langword="null"/> where it is no hash of the bytes.</param>
    /// <param name="ranges">The number of ranges of the download.</param>
    /// <param name="hashesAll">Whether the hash of every range is needed, regardless of the ETag.</param>
    public DownloadCheck(string? etag, int ranges, bool hashesAll)
    {
        _etag = etag ?? "";
        _isMd5 = ETags.TryParseMd5(etag, stackalloc byte[MD5.HashSizeInBytes]);
        _tellsOfRanges = _isMd5 ? ranges == 1 : _etag.EndsWith($"-{ranges}", StringComparison.Ordinal);
        _parts = hashesAll || _tellsOfRanges ? new PartInfo[ranges] : null;
    }

    /// <summary>Begins to hash a range.</summary>
    /// <param name="at">The range's number, from 0.</param>
    /// <returns><see langword="null"/> where nobody needs its hash.</returns>
    public RangeHash? Begin(int at) => _parts is null ? null : new RangeHash(this, at);

    /// <summary>Takes the MD5 of a range that was hashed elsewhere.</summary>
    /// <param name="at">The range's number, from 0.</param>
    /// <param name="md5">The MD5, in hexadecimal digits.</param>
    public void Add(int at, string md5) => _parts![at] = new PartInfo { PartNumber = at + 1, ETag = md5 };

    /// <summary>The MD5 of a range that was hashed, in hexadecimal digits.</summary>
    /// <param name="at">The range's number, from 0.</param>
    public string HashOf(int at) => _parts![at].ETag;

    /// <summary>
    /// Whether the ETag is one of as many parts as the download has ranges. If this store cut the object, a different ETag then proves
    /// other bytes.
    /// </summary>
    public bool TellsOfParts => _tellsOfRanges && !_isMd5;

    /// <summary>The failure of a download whose ETag of parts differs from the object's, although the cuts are the same.</summary>
    public StorageException OtherParts() => new(
        StorageErrorCode.BadDigest,
        $"The bytes have the ETag {ETags.Compose(_parts!)}, but the object has {_etag}. They were damaged on the way or in the store. Get "
        + $"the object again. To receive the bytes nevertheless, set {nameof(GetFileOptions)}.{nameof(GetFileOptions.Verify)} to false.");

    /// <summary>Compares, after all ranges were received.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// Whether the ETag proves the bytes. A different ETag of several parts proves nothing. Another tool may have cut the object elsewhere,
    /// and parts that a server copied have no MD5.
    /// </returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.BadDigest"/>.</exception>
    public async Task<bool> FinishAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        if (!_isMd5)
        {
            return _parts is not null && ETags.Compose(_parts) == _etag;
        }

        byte[] actual = _parts is [var only]
            ? Convert.FromHexString(only.ETag)
            : await FileHash.Md5Async(file, 0, RandomAccess.GetLength(file), cancellationToken).ConfigureAwait(false);
        byte[] expected = Convert.FromHexString(_etag);
        return actual.AsSpan().SequenceEqual(expected) ? true : throw ETagHasher.BadDigest(expected, actual);
    }
}
