namespace BleepStore.Storage.Local.IO;

/// <summary>What an entry of a folder is.</summary>
internal enum EntryKind
{
    /// <summary>A link, a pipe, a device: nothing that holds objects.</summary>
    Other,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}
