namespace BleepStore.Storage.Transfers.Folders;

/// <summary>One name of a place, with what is known of it without reading it.</summary>
/// <param name="Name">The path below the folder, or the key below the prefix.</param>
/// <param name="Size">How many bytes there are.</param>
internal sealed record SyncItem(string Name, long Size)
{
    /// <summary>The object, when the place is a bucket.</summary>
    public ListEntry? Object { get; init; }

    /// <summary>The file as it was found, when the place is a folder.</summary>
    public FileStatus File { get; init; }

    /// <summary>Why it is left out. What has the same name in the other place is left alone too.</summary>
    public SkipReason? Skip { get; init; }
}
