using Azure;
using Azure.Storage.Blobs.Models;

namespace BleepStore.Storage.Azure;

/// <summary>The uncommitted blocks of one upload, and the state of the blob on which they were found.</summary>
/// <param name="Blocks">The latest block of each part.</param>
/// <param name="Blob">The ETag of the object that is on the blob; <see langword="null"/> when there is none.</param>
internal sealed record StagedUpload(SortedDictionary<int, StagedBlock> Blocks, ETag? Blob)
{
    public static StagedUpload None { get; } = new([], Blob: null);

    /// <summary>Reads a block list. Only uncommitted blocks count: committing an id that is committed already would cut the object to what the list names.</summary>
    public static StagedUpload From(string uploadId, BlockList list)
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

        string etag = list.ETag.ToString("G");
        return new StagedUpload(blocks, string.IsNullOrEmpty(etag) ? null : list.ETag);
    }
}
