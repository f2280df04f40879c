using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>Where the blocks of an upload wait: on the blob that they become, or on one of the upload's own.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="IsPrivate">Whether nobody but the upload writes to it.</param>
internal sealed record StagingPlace(BlockBlobClient Blob, bool IsPrivate)
{
    /// <summary>
    /// Which blocks can be (re)committed. On the destination only the uncommitted ones are the upload's: committing an id that is committed
    /// already would cut the object to what the list names. On a private blob committed ones are left from a publication that was refused.
    /// </summary>
    public BlockListTypes Blocks => IsPrivate ? BlockListTypes.All : BlockListTypes.Uncommitted;

    /// <summary>The latest block of each part.</summary>
    public SortedDictionary<int, StagedBlock> Read(string uploadId, BlockList list, IReadOnlyDictionary<int, string>? wanted) =>
        StagedUpload.From(uploadId, IsPrivate ? list.UncommittedBlocks.Concat(list.CommittedBlocks) : list.UncommittedBlocks, wanted);
}
