namespace BleepStore.Storage;

/// <summary>
/// Where a large object is cut into parts. All parts but the last have the size of their number, so the offset of a part follows from its
/// number alone.
/// </summary>
/// <param name="PartSize">The size of the first thousand parts, in bytes. Each further thousand doubles it.</param>
/// <param name="LargestPart">The size in bytes that no part exceeds.</param>
internal readonly record struct PartLayout(long PartSize, long LargestPart)
{
    /// <summary>After so many parts their size doubles.</summary>
    public const int PartsPerStep = 1000;

    /// <summary>The size of a part that is not the last, in bytes.</summary>
    /// <param name="partNumber">1 or more.</param>
    public long SizeOf(int partNumber) => SizeInStep((partNumber - 1) / PartsPerStep);

    /// <summary>The offset of the first byte of a part in the object.</summary>
    /// <param name="partNumber">1 or more.</param>
    public long OffsetOf(int partNumber)
    {
        long before = partNumber - 1;
        long offset = 0;
        for (int step = 0; before > 0; step++)
        {
            long size = SizeInStep(step);
            long count = size == LargestPart ? before : Math.Min(before, PartsPerStep);
            offset += count * size;
            before -= count;
        }

        return offset;
    }

    /// <summary>The number of the part that holds a byte.</summary>
    /// <param name="offset">The offset of the byte in the object, 0 or more.</param>
    public long NumberAt(long offset)
    {
        long number = 1;
        for (int step = 0; ; step++)
        {
            long size = SizeInStep(step);
            if (size == LargestPart || offset < size * PartsPerStep)
            {
                return number + (offset / size);
            }

            offset -= size * PartsPerStep;
            number += PartsPerStep;
        }
    }

    /// <summary>A size that is shifted too far would wrap round.</summary>
    private long SizeInStep(int step) => PartSize > LargestPart >> step ? LargestPart : PartSize << step;
}
