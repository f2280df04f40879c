namespace BleepStore.Storage.Local;

/// <summary>The options of the local backend. They are read once, when the store is made.</summary>
public sealed class LocalBackendOptions
{
    /// <summary>
    /// The folder that holds the store. It has one folder for each bucket, and <c>.bleepstore</c> for the store's own files. All of it must
    /// be on one file system. A relative path is relative to the content root of the host, or to the process's working folder
    /// where there is no host. Required.
    /// </summary>
    public string RootPath { get; set; } = "";

    /// <summary>
    /// Whether a missing root is made on first use. Set it to <see langword="false"/> if the root is a mount point. A missing mount is an
    /// error then. Default: <see langword="true"/>.
    /// </summary>
    public bool CreateRoot { get; set; } = true;

    /// <summary>
    /// Whether a listing leaves out the files and folders that the process may not read. Default: <see langword="false"/>. The listing
    /// then fails with <see cref="StorageErrorCode.AccessDenied"/>, and the message names the key.
    /// </summary>
    public bool SkipUnreadable { get; set; }

    /// <summary>The failures that an acknowledged write survives. Default: <see cref="Durability.Full"/>.</summary>
    public Durability Durability { get; set; }
}
