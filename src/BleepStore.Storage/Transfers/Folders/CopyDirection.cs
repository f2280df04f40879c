namespace BleepStore.Storage.Transfers.Folders;

/// <summary>From a bucket to a bucket. Within one store the server copies.</summary>
internal sealed class CopyDirection(BucketPlace source, BucketPlace target, TransferRules rules) : Direction
{
    private readonly ObjectWrites _writes = new(target, rules);

    public override bool SkipsMarkers => false;

    public override Task<Sameness> CompareAsync(SyncItem from, SyncItem to, CancellationToken cancellationToken) =>
        ListedETags.CompareAsync(
            (source.Objects, source.KeyOf(from.Name), from.Object!),
            (target.Objects, target.KeyOf(to.Name), to.Object!),
            cancellationToken);

    public override Task TransferAsync(NamePair pair, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        SyncItem item = pair.Source!;
        return _writes.WriteAsync(
            pair.Target,
            item.Name,
            (ifAbsent, ifRevision) => source.Objects.CopyToAsync(
                source.KeyOf(item.Name),
                target.Objects,
                target.KeyOf(item.Name),
                new CopyOptions { SourceIfRevision = item.Object!.Revision, IfAbsent = ifAbsent, IfRevision = ifRevision },
                cancellationToken),
            cancellationToken);
    }

    public override Task DeleteAsync(SyncItem to, CancellationToken cancellationToken) => _writes.DeleteAsync(to, cancellationToken);
}
