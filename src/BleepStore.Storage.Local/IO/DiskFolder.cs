namespace BleepStore.Storage.Local.IO;

/// <summary>
/// A folder that is held open. Names are single components unless a member says otherwise. No member follows a link. Thread-safe, except
/// for <see cref="ReadEntries"/>.
/// </summary>
/// <param name="handle">The system's handle.</param>
internal abstract class DiskFolder(nint handle) : DiskHandle(handle)
{
    /// <summary>Opens a file in this folder.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="opening">How to open it.</param>
    /// <param name="file">The file. Invalid after an error.</param>
    public abstract DiskError Open(string name, Opening opening, out DiskFile file);

    /// <summary>Opens a folder in this folder.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The folder. Invalid after an error.</param>
    public abstract DiskError OpenFolder(string name, out DiskFolder folder);

    /// <summary>
    /// Opens a file below this folder. The path can lead nowhere else: a link in it is <see cref="DiskError.IsALink"/>, whoever plants it
    /// and whenever.
    /// </summary>
    /// <param name="path">Names with slashes between, of any length. No name is empty, <c>.</c> or <c>..</c>.</param>
    /// <param name="opening">How to open it.</param>
    /// <param name="file">The file. Invalid after an error.</param>
    public abstract DiskError OpenBelow(string path, Opening opening, out DiskFile file);

    /// <summary>Opens a folder below this folder, with the promise of <see cref="OpenBelow"/>.</summary>
    /// <param name="path">Names with slashes between, of any length. No name is empty, <c>.</c> or <c>..</c>.</param>
    /// <param name="folder">The folder. Invalid after an error.</param>
    public abstract DiskError OpenFolderBelow(string path, out DiskFolder folder);

    /// <summary>Opens this folder again, to read its entries from the first.</summary>
    public abstract DiskError Reopen(out DiskFolder folder);

    /// <summary>Returns the properties of an entry. A link's are its own.</summary>
    /// <param name="name">Its name, or a path of the store's own folders.</param>
    /// <param name="status">The properties.</param>
    public abstract DiskError Stat(string name, out FileStatus status);

    public abstract DiskError MakeFolder(string name);

    /// <summary>Removes a file.</summary>
    public abstract DiskError RemoveFile(string name);

    /// <summary>Removes an empty folder.</summary>
    public abstract DiskError RemoveFolder(string name);

    /// <summary>Gives a file of this folder another name.</summary>
    public abstract DiskError Link(string name, DiskFolder toFolder, string to);

    /// <summary>Moves an entry of this folder, over what has the new name, in one step.</summary>
    public abstract DiskError Move(string name, DiskFolder toFolder, string to);

    /// <summary>Swaps two entries in one step; neither name is ever without one.</summary>
    public abstract DiskError Exchange(string name, DiskFolder otherFolder, string other);

    /// <summary>
    /// Takes a lock on this folder, shared or alone, against all others who have it open. Does not wait:
    /// <see cref="DiskError.WouldBlock"/> when it is taken. The system releases it when the process dies.
    /// </summary>
    public abstract DiskError TryLock(bool isAlone);

    public abstract DiskError Unlock();

    /// <summary>
    /// Reads all entries but <c>.</c> and <c>..</c>, in no order, from where the folder stands. <see cref="DiskError.NotFound"/> means that
    /// the folder was removed since it was opened.
    /// </summary>
    /// <param name="entries">Gets the entries.</param>
    public abstract DiskError ReadEntries(List<FolderEntry> entries);

    /// <summary>Reads all entries of a folder that was opened for this. A folder that was removed since then has none.</summary>
    public List<FolderEntry> ReadWhatIsThere()
    {
        var entries = new List<FolderEntry>();
        DiskError error = ReadEntries(entries);
        LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Reading a folder");
        return entries;
    }
}
