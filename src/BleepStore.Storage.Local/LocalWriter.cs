using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Uploads;

namespace BleepStore.Storage.Local;

/// <summary>What writing needs beside: a place for temporary files, and locks.</summary>
internal sealed class LocalWriter(LocalSession session, Workspace workspace, Durability durability) : IDisposable
{
    public LocalSession Session => session;

    public LocalRoot Root => session.Root;

    public Workspace Workspace => workspace;

    public Commits Commits { get; } = new(session.Root, workspace, session.Records, session.Files, durability);

    public UploadFolders Uploads { get; } = new(session.Root, workspace, durability);

    public void Dispose() => workspace.Dispose();
}
