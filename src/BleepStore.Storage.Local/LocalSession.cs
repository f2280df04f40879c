using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Listing;

namespace BleepStore.Storage.Local;

/// <summary>What reading needs: the root, opened.</summary>
internal sealed class LocalSession(LocalRoot root, Records records) : IDisposable
{
    public LocalRoot Root => root;

    public Records Records => records;

    public ObjectFiles Files { get; } = new(root, records);

    public FolderItems Folders { get; } = new(root);

    public void Dispose() => root.Dispose();
}
