namespace BleepStore.Storage.Local.Layout;

/// <summary>The characters that the names of a root hold without an escape.</summary>
internal enum NameRules
{
    /// <summary>All characters of names on Linux, which are all but the slash and NUL.</summary>
    Linux,

    /// <summary>The characters for a Linux file system that ignores case, which are ASCII without upper case.</summary>
    LinuxIgnoringCase,

    /// <summary>The characters that Windows, macOS and Linux all accept, and that none of them treats as another character.</summary>
    Portable,
}
