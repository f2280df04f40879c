using System.Security.Cryptography;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Hashing;

/// <summary>Computes the ETag of bytes as they pass by, by the part plan, and compares an expected MD5 when the last one has passed.</summary>
internal sealed class ETagHasher : IDisposable
{
    private readonly PartPlan _plan;
    private readonly ReadOnlyMemory<byte>? _expected;
    private readonly bool _singlePart;
    private readonly List<PartInfo> _parts = [];
    private readonly byte[] _md5 = new byte[MD5.HashSizeInBytes];
    private IncrementalHash? _whole;
    private readonly IncrementalHash? _part;
    private long _partLeft;
    private long _total;

    /// <param name="plan">Where to cut.</param>
    /// <param name="length">The length when it is known: spares the hash that turns out not to be needed.</param>
    /// <param name="singlePart">Never cut.</param>
    /// <param name="expected">The MD5 that the whole must have.</param>
    public ETagHasher(PartPlan plan, long? length, bool singlePart, ReadOnlyMemory<byte>? expected)
    {
        _plan = plan;
        _expected = expected;
        _singlePart = singlePart;
        bool mayBeOne = singlePart || length is null || length <= plan.Threshold;
        bool mayBeMany = !singlePart && (length is null || length > plan.Threshold);

        // While an object may still be one part, the first part's hash is the whole's as long as the threshold is the part size.
        bool firstPartIsWhole = mayBeMany && plan.Threshold == plan.PartSize;
        _whole = expected is not null || (mayBeOne && !firstPartIsWhole) ? NewHash() : null;
        _part = mayBeMany ? NewHash() : null;
        _partLeft = plan.SizeOf(1);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _total += bytes.Length;
        if (_whole is not null && _part is not null && _expected is null && _total > _plan.Threshold)
        {
            _whole.Dispose();
            _whole = null;
        }

        _whole?.AppendData(bytes);
        if (_part is null)
        {
            return;
        }

        while (bytes.Length > 0)
        {
            if (_partLeft == 0)
            {
                EndPart();
            }

            int take = (int)Math.Min(bytes.Length, _partLeft);
            _part.AppendData(bytes[..take]);
            _partLeft -= take;
            bytes = bytes[take..];
        }
    }

    /// <summary>The ETag, when all bytes have passed.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.BadDigest"/>.</exception>
    public string Finish()
    {
        bool onePart = _singlePart || _total <= _plan.Threshold;
        string? whole = null;
        if (_whole is not null)
        {
            _whole.GetHashAndReset(_md5);
            whole = ETags.FromMd5(_md5);
            if (_expected is { } expected && !expected.Span.SequenceEqual(_md5))
            {
                throw BadDigest(expected.Span, _md5);
            }
        }

        if (onePart && whole is not null)
        {
            return whole;
        }

        EndPart();
        return onePart ? _parts[0].ETag : ETags.Compose(_parts);
    }

    public void Dispose()
    {
        _whole?.Dispose();
        _part?.Dispose();
    }

    public static StorageException BadDigest(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual) => new(
        StorageErrorCode.BadDigest,
        $"The bytes have the MD5 {ETags.FromMd5(actual)}, not {ETags.FromMd5(expected)} as expected. They were damaged on the way, or the digest is of other bytes.");

    private static IncrementalHash NewHash() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    private void EndPart()
    {
        _part!.GetHashAndReset(_md5);
        _parts.Add(new PartInfo(_parts.Count + 1, ETags.FromMd5(_md5)));
        _partLeft = _plan.SizeOf(_parts.Count + 1);
    }
}
