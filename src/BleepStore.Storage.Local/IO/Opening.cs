namespace BleepStore.Storage.Local.IO;

/// <summary>How a file is opened. No way follows a link at the end of the name.</summary>
internal enum Opening
{
    /// <summary>To read. Opening a pipe does not wait for a writer.</summary>
    Read,

    /// <summary>To write a new file. The name must not exist.</summary>
    New,

    /// <summary>To hold locks on a file that exists.</summary>
    ExistingLock,

    /// <summary>To hold locks on a file. The file is made if it does not exist.</summary>
    Lock,
}
