using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>Reads the staged parts of an upload from a blob's blocks.</summary>
internal static class StagedUpload
{
    /// <summary>
    /// Returns the latest block of each part. Of blocks that were sent at the same time, it returns the one that the caller names.
    /// </summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="list">The blob's blocks.</param>
    /// <param name="wanted">The ETags that the caller names, by part number. <see langword="null"/> for none.</param>
    public static SortedDictionary<int, StagedBlock> From(
        string uploadId, IEnumerable<BlobBlock> list, IReadOnlyDictionary<int, string>? wanted = null)
    {
        var blocks = new SortedDictionary<int, StagedBlock>();
        foreach (BlobBlock block in list)
        {
            if (BlockId.TryDecode(block.Name) is { } id && id.Upload == uploadId)
            {
                AddLatest(blocks, new StagedBlock(id, id.Flags.HasFlag(BlockFlags.Empty) ? 0 : block.SizeLong), wanted);
            }
        }

        return blocks;
    }

    /// <summary>Adds a block unless there is a later one of its part.</summary>
    /// <param name="blocks">The latest blocks so far.</param>
    /// <param name="block">The block.</param>
    /// <param name="wanted">The ETags that the caller names, by part number. <see langword="null"/> for none.</param>
    public static void AddLatest(
        SortedDictionary<int, StagedBlock> blocks, StagedBlock block, IReadOnlyDictionary<int, string>? wanted = null)
    {
        if (!blocks.TryGetValue(block.Id.PartNumber, out StagedBlock? other) || IsLater(block.Id, other.Id, wanted))
        {
            blocks[block.Id.PartNumber] = block;
        }
    }

    /// <summary>
    /// Two processes that upload one part at the same time give their blocks the same number. Then no block is later, and the order of the
    /// ETags decides, unless the caller does.
    /// </summary>
    private static bool IsLater(BlockId id, BlockId other, IReadOnlyDictionary<int, string>? wanted)
    {
        if (id.Attempt != other.Attempt)
        {
            return id.Attempt > other.Attempt;
        }

        string? named = wanted?.GetValueOrDefault(id.PartNumber);
        return other.ETag != named && (id.ETag == named || string.CompareOrdinal(id.ETag, other.ETag) > 0);
    }
}
