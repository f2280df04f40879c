using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Listing;

namespace BleepStore.Storage.Local;

/// <summary>What reading needs: the root, opened.</summary>
internal sealed class LocalSession : IDisposable
{
    /// <param name="root">The root.</param>
    /// <param name="openKeeper">Gets what writes records, for records that were in doubt.</param>
    public LocalSession(LocalRoot root, Func<CancellationToken, ValueTask<RecordKeeper>> openKeeper)
    {
        var verdicts = new Verdicts();
        Root = root;
        Files = new ObjectFiles(root, new Records(root), verdicts);
        Doubts = new Doubts(Files, verdicts, openKeeper);
        Folders = new FolderItems(root);
    }

    public LocalRoot Root { get; }

    public ObjectFiles Files { get; }

    public Doubts Doubts { get; }

    public FolderItems Folders { get; }

    public void Dispose() => Root.Dispose();
}
