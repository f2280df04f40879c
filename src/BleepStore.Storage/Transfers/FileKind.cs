namespace BleepStore.Storage.Transfers;

/// <summary>The kind of file at a path.</summary>
internal enum FileKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link that was not followed.</summary>
    Link,

    /// <summary>A device, a pipe or a socket.</summary>
    Special,
}
