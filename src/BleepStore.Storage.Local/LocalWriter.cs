using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;
using BleepStore.Storage.Local.Uploads;

namespace BleepStore.Storage.Local;

/// <summary>The folder for temporary files, the locks and the other parts that only writes need.</summary>
internal sealed class LocalWriter : IDisposable
{
    private LocalWriter(LocalSession session, Workspace workspace, Durability durability, int largestAttribute)
    {
        Session = session;
        Workspace = workspace;
        Records = new RecordKeeper(session.Root, workspace, session.Files, durability, largestAttribute);
        Commits = new Commits(session.Root, workspace, Records, session.Files, session.Doubts, durability);
        Uploads = new UploadFolders(session.Root, workspace, durability);
    }

    public LocalSession Session { get; }

    public LocalRoot Root => Session.Root;

    public Workspace Workspace { get; }

    public RecordKeeper Records { get; }

    public Commits Commits { get; }

    public UploadFolders Uploads { get; }

    /// <summary>Prepares the root for writes, and cleans up after instances that died.</summary>
    public static async Task<LocalWriter> OpenAsync(
        LocalSession session, Durability durability, int largestAttribute, CancellationToken cancellationToken)
    {
        Workspace workspace = await Workspace.OpenAsync(session.Root, durability, cancellationToken).ConfigureAwait(false);
        var writer = default(LocalWriter);
        try
        {
            var opened = new LocalWriter(session, workspace, durability, largestAttribute);
            await opened.Records.SettleAsync(cancellationToken).ConfigureAwait(false);
            workspace.DeleteDead();
            writer = opened;
            return writer;
        }
        finally
        {
            if (writer is null)
            {
                // The next start cleans up the rest.
                workspace.Abandon();
            }
        }
    }

    public void Dispose() => Workspace.Dispose();
}
