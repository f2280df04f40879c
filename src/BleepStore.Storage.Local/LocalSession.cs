using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Listing;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local;

/// <summary>The open root and the other parts that reads need.</summary>
internal sealed class LocalSession : IDisposable
{
    /// <param name="root">The root.</param>
    /// <param name="openKeeper">Opens the writer of records, for records that were in doubt.</param>
    public LocalSession(LocalRoot root, Func<CancellationToken, ValueTask<RecordKeeper>> openKeeper)
    {
        var verdicts = new Verdicts();
        Root = root;
        Files = new ObjectFiles(root, new RecordReader(root), verdicts);
        Doubts = new Doubts(Files, verdicts, openKeeper);
        Folders = new FolderItems(root);
    }

    public LocalRoot Root { get; }

    public ObjectFiles Files { get; }

    public Doubts Doubts { get; }

    public FolderItems Folders { get; }

    /// <summary>Makes the walk over the keys of one page.</summary>
    public KeyWalk Walk(ListRequest request, bool skipsUnreadable, CancellationToken cancellationToken) =>
        new(Root, Files, Folders, request, skipsUnreadable, cancellationToken);

    public void Dispose() => Root.Dispose();
}
