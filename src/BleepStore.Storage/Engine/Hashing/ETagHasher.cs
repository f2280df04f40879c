using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Hashing;

/// <summary>
/// Computes the ETag of passing bytes by the part plan. At the end it compares the MD5 with the expected one. Parts have their own digests,
/// so several parts can be hashed in parallel.
/// </summary>
internal sealed class ETagHasher : IDisposable
{
    /// <summary>Up to this, handing bytes to another thread costs more than it saves.</summary>
    private const int InLine = 64 * 1024;

    private readonly PartPlan _plan;
    private readonly ReadOnlyMemory<byte>? _expected;
    private readonly bool _singlePart;

    private readonly List<PartInfo> _parts = [];

    /// <summary>The parts after <see cref="_parts"/> that have all their bytes, some of which may still wait to be taken in.</summary>
    private readonly Queue<HashLane> _ended = new();

    private HashLane? _whole;

    /// <summary>The hash of the whole, once it is no longer needed. It may still be running.</summary>
    private HashLane? _unneeded;
    private HashLane? _part;
    private long _partLeft;
    private long _total;

    /// <param name="plan">The part plan.</param>
    /// <param name="length">The length, if it is known. It saves a hash that is not needed.</param>
    /// <param name="singlePart">Whether the object is always one part.</param>
    /// <param name="expected">The MD5 that the whole object must have.</param>
    public ETagHasher(PartPlan plan, long? length, bool singlePart, ReadOnlyMemory<byte>? expected)
    {
        _plan = plan;
        _expected = expected;
        _singlePart = singlePart;
        bool mayBeOne = singlePart || length is null || length <= plan.Threshold;
        bool mayBeMany = !singlePart && (length is null || length > plan.Threshold);

        // While the object may still have one part, the hash of the first part is also that of the whole, if the threshold equals the part
        // size.
        bool firstPartIsWhole = mayBeMany && plan.Threshold == plan.PartSize;
        _whole = expected is not null || (mayBeOne && !firstPartIsWhole) ? new HashLane() : null;
        _part = mayBeMany ? new HashLane() : null;
        _partLeft = plan.SizeOf(1);
    }

    /// <summary>The sizes of the parts that the ETag is computed from, when all bytes have passed. Empty for one part.</summary>
    public IReadOnlyList<long> PartSizes => IsOnePart ? [] : [.. _plan.Cut(_total).Select(static part => part.Length)];

    private bool IsOnePart => _singlePart || _total <= _plan.Threshold;

    /// <summary>Takes bytes in at once. Not while others wait.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        _whole?.Append(bytes);
        while (_part is not null && bytes.Length > 0)
        {
            int take = Take(bytes.Length);
            _part.Append(bytes[..take]);
            bytes = bytes[take..];
        }
    }

    /// <summary>Takes bytes in on other threads, those of several parts side by side. They must not change until then.</summary>
    /// <returns>Ends when the bytes were taken in. Calls follow one another without waiting for it.</returns>
    public Task AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length <= InLine && _whole is not { IsBusy: true } && _part is not { IsBusy: true })
        {
            Append(bytes.Span);
            return Task.CompletedTask;
        }

        Count(bytes.Length);
        var hashing = new List<Task>(3);
        if (_whole is not null)
        {
            hashing.Add(_whole.AppendAsync(bytes));
        }

        while (_part is not null && bytes.Length > 0)
        {
            int take = Take(bytes.Length);
            hashing.Add(_part.AppendAsync(bytes[..take]));
            bytes = bytes[take..];
        }

        return Task.WhenAll(hashing);
    }

    /// <summary>The ETag, when all bytes have passed and none waits.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.BadDigest"/>.</exception>
    public string Finish()
    {
        bool onePart = IsOnePart;
        string? whole = null;
        if (_whole is not null)
        {
            byte[] md5 = _whole.Finish();
            whole = ETags.FromMd5(md5);
            if (_expected is { } expected && !expected.Span.SequenceEqual(md5))
            {
                throw BadDigest(expected.Span, md5);
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
        _unneeded?.Dispose();
        _part?.Dispose();
        foreach (HashLane part in _ended)
        {
            part.Dispose();
        }
    }

    public static StorageException BadDigest(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual) => new(
        StorageErrorCode.BadDigest,
        $"The bytes have the MD5 {ETags.FromMd5(actual)}, not {ETags.FromMd5(expected)} as expected. "
        + "They were damaged on the way, their source changed while it was read, or the digest is of other bytes.");

    private void Count(int count)
    {
        _total += count;
        if (_whole is not null && _part is not null && _expected is null && _total > _plan.Threshold)
        {
            _unneeded = _whole;
            _whole = null;
        }
    }

    /// <summary>How many of the next bytes belong to one part, which is the current one afterwards.</summary>
    private int Take(int available)
    {
        if (_partLeft == 0)
        {
            EndPart();
            _part = new HashLane();
            _partLeft = _plan.SizeOf(_parts.Count + _ended.Count + 1);
        }

        int take = (int)Math.Min(available, _partLeft);
        _partLeft -= take;
        return take;
    }

    private void EndPart()
    {
        _ended.Enqueue(_part!);
        while (_ended.TryPeek(out HashLane? first) && !first.IsBusy)
        {
            using HashLane part = _ended.Dequeue();
            _parts.Add(new PartInfo { PartNumber = _parts.Count + 1, ETag = ETags.FromMd5(part.Finish()) });
        }
    }
}
