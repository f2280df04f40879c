using System.Buffers;

namespace BleepStore.Storage.Local.Records;

/// <summary>The sizes of an object's parts, as runs of parts of one size. A record keeps them to compute a composite ETag anew.</summary>
internal sealed class PartSizes
{
    private readonly List<(long Count, long Size)> _runs = [];

    private PartSizes()
    {
    }

    /// <summary>The sizes in order.</summary>
    public IEnumerable<long> All
    {
        get
        {
            foreach ((long count, long size) in _runs)
            {
                for (long part = 0; part < count; part++)
                {
                    yield return size;
                }
            }
        }
    }

    /// <summary>
    /// Whether an object of a size can have these parts. The check is needed because anybody who may write the file can write the record.
    /// </summary>
    public bool IsOf(long size)
    {
        long left = size;
        foreach ((long count, long each) in _runs)
        {
            if (each == 0 ? count > 1 || size > 0 : count > left / each)
            {
                return false;
            }

            left -= count * each;
        }

        return left == 0;
    }

    /// <returns>The sizes, or <see langword="null"/> when the record has none.</returns>
    public static PartSizes? Of(IEnumerable<long> sizes)
    {
        var made = new PartSizes();
        foreach (long size in sizes)
        {
            if (made._runs is [.., (var count, var last)] && last == size)
            {
                made._runs[^1] = (count + 1, size);
            }
            else
            {
                made._runs.Add((1, size));
            }
        }

        return made._runs.Count > 0 ? made : null;
    }

    public static void Write(IBufferWriter<byte> bytes, PartSizes? sizes)
    {
        PackedCodec.WriteNumber(bytes, (ulong)(sizes?._runs.Count ?? 0));
        foreach ((long count, long size) in sizes?._runs ?? [])
        {
            PackedCodec.WriteNumber(bytes, (ulong)count);
            PackedCodec.WriteNumber(bytes, (ulong)size);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The bytes are truncated, or are no sizes.</exception>
    public static PartSizes? Read(ref ReadOnlySpan<byte> bytes)
    {
        var read = new PartSizes();
        for (ulong left = PackedCodec.ReadNumber(ref bytes); left > 0; left--)
        {
            long count = (long)PackedCodec.ReadNumber(ref bytes);
            long size = (long)PackedCodec.ReadNumber(ref bytes);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
            ArgumentOutOfRangeException.ThrowIfNegative(size);
            read._runs.Add((count, size));
        }

        return read._runs.Count > 0 ? read : null;
    }
}
