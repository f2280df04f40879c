namespace BleepStore.Storage.Transfers.Folders;

/// <summary>A folder of the file system.</summary>
internal sealed class FolderPlace(string path) : SyncPlace
{
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    internal override bool IsInKeyOrder => true;

    public override string ToString() => Root;

    public string PathOf(string name) => Path.Combine(Root, name);

    internal override IAsyncEnumerable<SyncItem> ListAsync(PlaceReading reading, CancellationToken cancellationToken) =>
        reading.MayBeMissing && IsMissing()
            ? AsyncEnumerable.Empty<SyncItem>()
            : new FolderWalk(Root, reading.Filter, reading.FollowsLinks, reading.Report).Run().ToAsyncEnumerable();

    /// <summary>Returns whether the path does not exist. A path that is no folder, or that may not be read, is not missing.</summary>
    private bool IsMissing()
    {
        try
        {
            _ = File.GetAttributes(Root);
            return false;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
