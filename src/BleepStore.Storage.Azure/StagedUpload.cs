using Azure.Storage.Blobs.Models;

namespace BleepStore.Storage.Azure;

/// <summary>Reads what an upload has staged out of a blob's blocks.</summary>
internal static class StagedUpload
{
    /// <summary>The latest block of each part.</summary>
    public static SortedDictionary<int, StagedBlock> From(string uploadId, IEnumerable<BlobBlock> list)
    {
        var blocks = new SortedDictionary<int, StagedBlock>();
        foreach (BlobBlock block in list)
        {
            if (BlockId.TryDecode(block.Name) is { } id && id.Upload == uploadId)
            {
                AddLatest(blocks, new StagedBlock(id, id.Flags.HasFlag(BlockFlags.Empty) ? 0 : block.SizeLong));
            }
        }

        return blocks;
    }

    /// <summary>Adds a block unless there is a later one of its part.</summary>
    public static void AddLatest(SortedDictionary<int, StagedBlock> blocks, StagedBlock block)
    {
        if (!blocks.TryGetValue(block.Id.PartNumber, out StagedBlock? other) || other.Id.Attempt < block.Id.Attempt)
        {
            blocks[block.Id.PartNumber] = block;
        }
    }
}
