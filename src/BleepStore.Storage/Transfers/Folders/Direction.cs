namespace BleepStore.Storage.Transfers.Folders;

/// <summary>Compares, transfers and deletes between two kinds of places.</summary>
internal abstract class Direction
{
    /// <summary>Whether a side is a folder, where an empty object with <c>/</c> at the end of its key has no like.</summary>
    public abstract bool SkipsMarkers { get; }

    /// <summary>Refuses a name that the target cannot have.</summary>
    /// <exception cref="IOException">The target cannot have it.</exception>
    public virtual void Check(SyncItem source)
    {
    }

    public abstract Task<Sameness> CompareAsync(SyncItem source, SyncItem target, CancellationToken cancellationToken);

    public abstract Task TransferAsync(NamePair pair, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);

    public abstract Task DeleteAsync(SyncItem target, CancellationToken cancellationToken);

    /// <summary>Flushes to the disk everything that the transfers postponed. It waits for the disk.</summary>
    /// <exception cref="IOException">The disk could not write.</exception>
    public virtual void Finish()
    {
    }

    public static Direction Between(SyncPlace source, SyncPlace target, TransferRules rules) => (source, target) switch
    {
        (FolderPlace folder, BucketPlace bucket) => new UploadDirection(folder, bucket, rules),
        (BucketPlace bucket, FolderPlace folder) => new DownloadDirection(bucket, folder, rules),
        (BucketPlace from, BucketPlace to) when !from.Overlaps(to) => new CopyDirection(from, to, rules),
        (BucketPlace, BucketPlace) => throw new ArgumentException(
            $"'{source}' and '{target}' lie within each other, so one would change the other. Use prefixes that do not overlap.",
            nameof(target)),
        _ => throw new ArgumentException("Both places are folders. At least one must be in a bucket.", nameof(target)),
    };
}
