using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Listing;

namespace BleepStore.Storage.Local;

internal sealed partial class LocalBackend
{
    public override async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        var walk = session.Walk(request, _skipsUnreadable, cancellationToken);
        session.Root.RequireBucket(request.Bucket);
        return await DiskWork.RunAsync(walk.Run, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        var walk = new ForeignWalk(session.Root, request, cancellationToken);
        session.Root.RequireBucket(request.Bucket);
        return await DiskWork.RunAsync(walk.Run, cancellationToken).ConfigureAwait(false);
    }
}
