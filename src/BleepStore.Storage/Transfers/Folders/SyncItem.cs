namespace BleepStore.Storage.Transfers.Folders;

/// <summary>One name of a place, with the data that needs no read of its content.</summary>
/// <param name="Name">The path below the folder, or the key below the prefix.</param>
/// <param name="Size">How many bytes there are.</param>
internal sealed record SyncItem(string Name, long Size)
{
    /// <summary>The object, when the place is a bucket.</summary>
    public ListEntry? Object { get; init; }

    /// <summary>The file's data, when the place is a folder.</summary>
    public FileStatus File { get; init; }

    /// <summary>The reason why it is skipped. The same name in the other place is not changed either.</summary>
    public SkipReason? Skip { get; init; }
}
