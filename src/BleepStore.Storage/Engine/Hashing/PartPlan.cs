namespace BleepStore.Storage.Engine.Hashing;

/// <summary>
/// Cuts a large object into parts. The cuts depend on nothing but the part size and the part's number. So bytes of unknown length are cut
/// like those of a known one, and get the same ETag.
/// </summary>
internal sealed class PartPlan(long partSize, long threshold)
{
    /// <summary>After so many parts their size doubles.</summary>
    public const int PartsPerStep = 1000;

    /// <summary>The largest object that is one part.</summary>
    public long Threshold { get; } = threshold;

    public long PartSize { get; } = partSize;

    public long SizeOf(int partNumber)
    {
        int doublings = (partNumber - 1) / PartsPerStep;
        return Math.Min(PartSize << doublings, ObjectStoreOptions.MaximumPartSize);
    }

    /// <summary>Cuts an object of a known size. An empty object is one empty part.</summary>
    public ContentRange[] Cut(long size)
    {
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
