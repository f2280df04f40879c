namespace BleepStore.Storage.Azure.Wire;

/// <summary>A block that waits on its blob.</summary>
/// <param name="Id">The fields of its id.</param>
/// <param name="Size">The part's size in bytes.</param>
internal sealed record StagedBlock(BlockId Id, long Size)
{
    /// <summary>The part that it holds.</summary>
    public PartInfo Part => new() { PartNumber = Id.PartNumber, ETag = Id.ETag, Size = Size };

    /// <summary>Whether its bytes belong to the part. The placeholder of an empty part is never committed.</summary>
    public bool HasBytes => !Id.Flags.HasFlag(BlockFlags.Empty);

    /// <summary>Makes the block of a part.</summary>
    public static StagedBlock New(string uploadId, int number, long attempt, string etag, long size, BlockFlags flags = BlockFlags.None) =>
        new(new BlockId(uploadId, number, attempt, etag, size == 0 ? flags | BlockFlags.Empty : flags), size);
}
