using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// A whole object that is copied on the server by parts. The stored bytes are copied as they are, so the parts must be all of the source,
/// cut between chunks.
/// </summary>
/// <param name="inner">The write of the stored parts.</param>
/// <param name="known">The source.</param>
internal sealed class CopiedParts(PartedWrite inner, KnownObject known) : PartedWrite
{
    private readonly SortedDictionary<int, ContentRange> _ranges = [];

    public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) =>
        throw EncryptionBackend.Refused("puts no bytes into a copy", "Copy the whole object, or put the bytes.");

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken)
    {
        if (source != known.Address)
        {
            throw Partial();
        }

        new WriteCondition { IfRevision = sourceProperties.Revision }.ThrowIfNotMet(known.Properties);
        lock (_ranges)
        {
            _ranges[partNumber] = range;
        }

        return inner.CopyAsync(partNumber, source, known.Properties, Stored(range), cancellationToken);
    }

    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
    {
        long offset = 0;
        foreach (PartInfo part in parts)
        {
            if (!_ranges.TryGetValue(part.PartNumber, out ContentRange range) || range.Offset != offset)
            {
                throw Partial();
            }

            offset += range.Length;
        }

        if (offset != known.Size)
        {
            throw Partial();
        }

        ObjectProperties made = await inner.CompleteAsync(parts, condition, cancellationToken).ConfigureAwait(false);
        return made with { Size = known.Size };
    }

    public override Task AbortAsync(CancellationToken cancellationToken) => inner.AbortAsync(cancellationToken);

    /// <summary>Where bytes of the plaintext are stored. The header goes with the first, and the end with the last.</summary>
    private ContentRange Stored(ContentRange range)
    {
        if (known.Header is null)
        {
            return range;
        }

        long after = range.Offset + range.Length;
        bool isLast = after == known.Size;
        if (range.Offset % StoredSize.Chunk != 0 || (!isLast && after % StoredSize.Chunk != 0))
        {
            throw Partial();
        }

        long first = range.Offset == 0 ? 0 : StoredSize.OffsetOf(range.Offset / StoredSize.Chunk);
        long end = isLast ? known.Properties.Size : StoredSize.OffsetOf(after / StoredSize.Chunk);
        return new ContentRange(first, end - first, known.Properties.Size);
    }

    private static StorageException Partial() =>
        EncryptionBackend.Refused("copies whole objects only", "Copy the whole object, or read the bytes and put them.");
}
