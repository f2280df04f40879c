using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Listing;

namespace BleepStore.Storage.Local;

/// <summary>What reading needs: the root, opened.</summary>
internal sealed class LocalSession(LocalRoot root) : IDisposable
{
    public LocalRoot Root => root;

    public ObjectFiles Files { get; } = new(root, new Records(root));

    public FolderItems Folders { get; } = new(root);

    public void Dispose() => root.Dispose();
}
