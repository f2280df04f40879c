using Azure.Storage.Blobs.Models;

namespace BleepStore.Storage.Azure;

/// <summary>Reads what an upload has staged out of a blob's block list.</summary>
internal static class StagedUpload
{
    /// <summary>The latest block of each part. Only uncommitted blocks count: committing an id that is committed already would cut the object to what the list names.</summary>
    public static SortedDictionary<int, StagedBlock> From(string uploadId, BlockList list)
    {
        var blocks = new SortedDictionary<int, StagedBlock>();
        foreach (BlobBlock block in list.UncommittedBlocks)
        {
            if (BlockId.TryDecode(block.Name) is not { } id || id.Upload != uploadId
                || (blocks.TryGetValue(id.PartNumber, out StagedBlock? other) && other.Id.Attempt >= id.Attempt))
            {
                continue;
            }

            blocks[id.PartNumber] = new StagedBlock(id, id.Flags.HasFlag(BlockFlags.Empty) ? 0 : block.SizeLong);
        }

        return blocks;
    }
}
