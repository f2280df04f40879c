namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>The file layers of the local backend.</summary>
public enum DiskLayer
{
    /// <summary>That of Linux.</summary>
    Native,

    /// <summary>That of Windows and macOS, run by the calls of Linux. Files have attributes, as on macOS.</summary>
    Managed,
}
