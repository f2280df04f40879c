namespace BleepStore.Storage.Local.IO;

/// <summary>The kind of a folder's entry.</summary>
internal enum EntryKind
{
    /// <summary>A link, a pipe or a device. Such an entry holds no objects.</summary>
    Other,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}
