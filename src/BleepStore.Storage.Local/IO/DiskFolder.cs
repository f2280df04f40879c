namespace BleepStore.Storage.Local.IO;

/// <summary>
/// A folder that is held open. Names are single components unless a member says otherwise. No member follows a link. Thread-safe, except
/// for <see cref="ReadEntries"/>.
/// </summary>
/// <param name="handle">The system's handle.</param>
internal abstract class DiskFolder(nint handle) : DiskHandle(handle)
{
    /// <summary>
    /// Whether files on the file system of this folder keep their numbers. Otherwise a file gets another number when the system looks it up
    /// again, so records that are named after numbers are lost.
    /// </summary>
    public virtual bool KeepsNumbers => true;

    /// <summary>Opens a file of this folder to read. Opening a pipe does not wait for a writer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">The file. Invalid after an error.</param>
    public abstract DiskError OpenFile(string name, out DiskFile file);

    /// <summary>Makes a file in this folder to write. The name must not exist.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">The file. Invalid after an error.</param>
    public abstract DiskError MakeFile(string name, out DiskFile file);

    /// <summary>Opens a file of this folder to hold locks on it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="makesMissing">Whether the file is made if it does not exist.</param>
    /// <param name="locks">The file. Invalid after an error.</param>
    public abstract DiskError OpenLocks(string name, bool makesMissing, out DiskLocks locks);

    /// <summary>Opens a folder in this folder.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The folder. Invalid after an error.</param>
    public abstract DiskError OpenFolder(string name, out DiskFolder folder);

    /// <summary>
    /// Opens a file below this folder to read. The path cannot lead out of the folder. A link in the path is always
    /// <see cref="DiskError.IsALink"/>, no matter when it was planted and by whom.
    /// </summary>
    /// <param name="path">Names with slashes between, of any length. No name is empty, <c>.</c> or <c>..</c>.</param>
    /// <param name="file">The file. Invalid after an error.</param>
    public abstract DiskError OpenFileBelow(string path, out DiskFile file);

    /// <summary>
    /// Opens a file below this folder for its properties and attributes alone, with the guarantee of <see cref="OpenFileBelow"/>. Another
    /// program can have the file open exclusively.
    /// </summary>
    /// <param name="path">Names with slashes between, of any length. No name is empty, <c>.</c> or <c>..</c>.</param>
    /// <param name="file">The file. Reading bytes can fail with <see cref="DiskError.HeldOpen"/>. Invalid after an error.</param>
    public virtual DiskError OpenToLookBelow(string path, out DiskFile file) => OpenFileBelow(path, out file);

    /// <summary>Opens a folder below this folder, with the guarantee of <see cref="OpenFileBelow"/>.</summary>
    /// <param name="path">Names with slashes between, of any length. No name is empty, <c>.</c> or <c>..</c>.</param>
    /// <param name="folder">The folder. Invalid after an error.</param>
    public abstract DiskError OpenFolderBelow(string path, out DiskFolder folder);

    /// <summary>Opens this folder again, to read its entries from the first.</summary>
    public abstract DiskError Reopen(out DiskFolder folder);

    /// <summary>Returns the properties of an entry. For a link these are the properties of the link itself.</summary>
    /// <param name="name">The entry's name, or a path of the store's own folders.</param>
    /// <param name="status">The properties.</param>
    public abstract DiskError Stat(string name, out FileStatus status);

    public abstract DiskError MakeFolder(string name);

    /// <summary>Removes a file.</summary>
    public abstract DiskError RemoveFile(string name);

    /// <summary>Removes an empty folder.</summary>
    public abstract DiskError RemoveFolder(string name);

    /// <summary>Gives a file of this folder another name.</summary>
    public abstract DiskError Link(string name, DiskFolder toFolder, string to);

    /// <summary>Moves an entry of this folder in one step, and replaces the entry that has the new name.</summary>
    public abstract DiskError Move(string name, DiskFolder toFolder, string to);

    /// <summary>Swaps two entries in one step. Both names have an entry at every moment.</summary>
    public abstract DiskError Exchange(string name, DiskFolder otherFolder, string other);

    /// <summary>
    /// Acquires a shared or exclusive lock on this folder, against all other handles on the folder. Does not wait, and returns
    /// <see cref="DiskError.WouldBlock"/> if the lock is held. The system releases the lock when the process dies.
    /// </summary>
    public abstract DiskError TryLock(bool isAlone);

    public abstract DiskError Unlock();

    /// <summary>
    /// Reads all entries but <c>.</c> and <c>..</c>, in no order, from the current position. <see cref="DiskError.NotFound"/> means that
    /// the folder was removed after it was opened.
    /// </summary>
    /// <param name="entries">Receives the entries.</param>
    public abstract DiskError ReadEntries(List<FolderEntry> entries);

    /// <summary>
    /// Reads all entries of a folder that was opened for this purpose. A folder that was removed meanwhile has no entries.
    /// </summary>
    public List<FolderEntry> ReadWhatIsThere()
    {
        var entries = new List<FolderEntry>();
        DiskError error = ReadEntries(entries);
        LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Reading a folder");
        return entries;
    }
}
