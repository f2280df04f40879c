using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>The blob on which the blocks of an upload wait, which is the destination or a private blob of the upload.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="IsPrivate">Whether only the upload writes to it.</param>
internal sealed record StagingPlace(BlockBlobClient Blob, bool IsPrivate)
{
    /// <summary>
    /// The blocks that can be committed. On the destination only the uncommitted ones belong to the upload. Committing an id that is
    /// already committed would cut the object to the listed blocks. On a private blob committed ones are left from a publication that was
    /// refused.
    /// </summary>
    public BlockListTypes Blocks => IsPrivate ? BlockListTypes.All : BlockListTypes.Uncommitted;

    /// <summary>The latest block of each part.</summary>
    public SortedDictionary<int, StagedBlock> Read(string uploadId, BlockList list, IReadOnlyDictionary<int, string>? wanted) =>
        StagedUpload.From(uploadId, IsPrivate ? list.UncommittedBlocks.Concat(list.CommittedBlocks) : list.UncommittedBlocks, wanted);
}
