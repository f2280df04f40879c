namespace BleepStore.Storage;

/// <summary>Why a name was left out of the transfer of a folder.</summary>
public enum SkipReason
{
    /// <summary>It is a symbolic link, and links are not followed.</summary>
    Link,

    /// <summary>It is a symbolic link that leads nowhere.</summary>
    BrokenLink,

    /// <summary>It is a symbolic link that leads to a folder in which it stands.</summary>
    Loop,

    /// <summary>It is a device, a pipe or a socket.</summary>
    SpecialFile,

    /// <summary>It is an empty object whose key ends with <c>/</c>, as other tools make them to show a folder.</summary>
    FolderMarker,

    /// <summary>Its bytes cannot be compared, and <see cref="FolderOptions.InDoubt"/> is <see cref="InDoubt.Skip"/>.</summary>
    InDoubt,
}
