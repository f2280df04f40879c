namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// The folders that got new names which are not on the disk yet. Flushing each folder once, not once per file, saves most of the flushes.
/// Thread-safe.
/// </summary>
/// <param name="root">The root of all folders.</param>
internal sealed class UnflushedFolders(string root)
{
    /// <summary>So many folders are flushed before more are noted, which bounds the memory.</summary>
    private const int Most = 1024;

    private readonly Lock _lock = new();
    private HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Notes that a folder has a new name in it. Waits for the disk when too many folders are noted.</summary>
    /// <param name="segments">The names of the folders from the root down.</param>
    public void Add(ReadOnlySpan<string> segments)
    {
        HashSet<string>? full = null;
        lock (_lock)
        {
            // A folder may itself be new. Then its parent also has a new name.
            for (int depth = segments.Length; depth >= 0 && _folders.Add(string.Join('/', segments[..depth]!)); depth--)
            {
            }

            if (_folders.Count >= Most)
            {
                full = Take();
            }
        }

        Flush(full);
    }

    /// <summary>Flushes the folders that are left. Waits for the disk.</summary>
    /// <exception cref="IOException">The disk could not write.</exception>
    public void Flush()
    {
        HashSet<string> left;
        lock (_lock)
        {
            left = Take();
        }

        Flush(left);
    }

    private void Flush(HashSet<string>? folders)
    {
        foreach (string folder in folders ?? [])
        {
            string[] segments = folder.Length == 0 ? [] : folder.Split('/');
            using ContainedFolder contained = ContainedFolder.Open(root, segments, creates: false);
            contained.Run(() => FolderFlush.Run(contained.Path));
        }
    }

    private HashSet<string> Take()
    {
        HashSet<string> taken = _folders;
        _folders = new HashSet<string>(StringComparer.Ordinal);
        return taken;
    }
}
