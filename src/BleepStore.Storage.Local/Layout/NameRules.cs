namespace BleepStore.Storage.Local.Layout;

/// <summary>Which characters the names of a root hold as they are.</summary>
internal enum NameRules
{
    /// <summary>All that Linux takes: every character but the slash and NUL.</summary>
    Linux,

    /// <summary>Those of a Linux file system that ignores case: ASCII without upper case.</summary>
    LinuxIgnoringCase,

    /// <summary>Those that Windows, macOS and Linux all take, and none of them takes for others.</summary>
    Portable,
}
