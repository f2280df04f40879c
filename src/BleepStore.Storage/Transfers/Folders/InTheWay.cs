namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Finds the deletions that must come first. A file can have the name of a new folder, and a folder that of a new file.
/// </summary>
internal static class InTheWay
{
    /// <returns>Tells of a deletion whether something that is added needs its place.</returns>
    public static Func<SyncStep, bool> Of(IReadOnlyCollection<SyncStep> steps)
    {
        var added = new HashSet<string>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (SyncStep step in steps.Where(static step => step.Change.Action == SyncAction.Add))
        {
            added.Add(step.Change.Name);
            folders.UnionWith(FoldersOf(step.Change.Name));
        }

        return deletion => folders.Contains(deletion.Change.Name) || FoldersOf(deletion.Change.Name).Any(added.Contains);
    }

    private static IEnumerable<string> FoldersOf(string name)
    {
        for (int slash = name.LastIndexOf('/'); slash > 0; slash = name.LastIndexOf('/', slash - 1))
        {
            yield return name[..slash];
        }
    }
}
