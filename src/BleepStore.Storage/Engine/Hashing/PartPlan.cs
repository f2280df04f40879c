namespace BleepStore.Storage.Engine.Hashing;

/// <summary>
/// Cuts a large object into parts. The cuts depend on nothing but the part size and the part's number. So bytes of unknown length are cut
/// like those of a known one, and get the same ETag.
/// </summary>
internal sealed class PartPlan(long partSize, long threshold, long largestPart = ObjectStoreOptions.MaximumPartSize)
{
    /// <summary>After so many parts their size doubles.</summary>
    public const int PartsPerStep = PartLayout.PartsPerStep;

    /// <summary>The most parts of an object.</summary>
    public const int MaximumParts = 10_000;

    /// <summary>
    /// A size that is far larger than any object of any service (1 PiB). A larger size is damaged, and cutting it would use all memory.
    /// </summary>
    public const long LargestSize = 1L << 50;

    /// <summary>The largest object that is stored in one part.</summary>
    public long Threshold { get; } = threshold;

    public long PartSize { get; } = partSize;

    /// <summary>The size and the offset of each part.</summary>
    public PartLayout Layout { get; } = new(partSize, largestPart);

    /// <summary>The plan of a store whose backend asks for parts of certain sizes.</summary>
    /// <param name="partSize">The part size of the store's options, in bytes.</param>
    /// <param name="threshold">The threshold of the store's options, in bytes.</param>
    /// <param name="capabilities">The capabilities of the backend.</param>
    public static PartPlan For(long partSize, long threshold, StorageCapabilities capabilities)
    {
        long alignment = capabilities.PartAlignment;
        long largest = capabilities.MaxPartSize / alignment * alignment;
        long aligned = Math.Min((partSize + alignment - 1) / alignment * alignment, largest);
        return new PartPlan(aligned, Math.Max(Math.Min(threshold, capabilities.MaxPutSize), aligned), largest);
    }

    public long SizeOf(int partNumber) => Layout.SizeOf(partNumber);

    /// <summary>Cuts an object of a known size. An empty object has one empty part.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.EntityTooLarge"/> when no service has objects of that size.
    /// </exception>
    public ContentRange[] Cut(long size)
    {
        if (size > LargestSize)
        {
            throw new StorageException(
                StorageErrorCode.EntityTooLarge, $"The object has a reported size of {size} bytes, which no service stores.");
        }

        var parts = new List<ContentRange>();
        long offset = 0;
        do
        {
            long length = Math.Min(SizeOf(parts.Count + 1), size - offset);
            parts.Add(new ContentRange(offset, length, size));
            offset += length;
        }
        while (offset < size);

        return [.. parts];
    }
}
