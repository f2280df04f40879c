namespace BleepStore.Storage.Transfers.Folders;

/// <summary>The options of all transfers of folders, in one form.</summary>
internal sealed record TransferRules
{
    public required FolderOptions Options { get; init; }

    public bool FollowsLinks { get; init; }

    public Func<string, ObjectAttributes?>? Attributes { get; init; }

    /// <summary>Whether names must be possible on Windows.</summary>
    public bool IsPortable { get; init; }

    /// <summary>Whether a change is made only if both sides are still as they were found.</summary>
    public bool IsConditional { get; init; }

    public bool AllowsRace { get; init; }

    /// <summary>Whether extra names are deleted.</summary>
    public bool DeletesExtra { get; init; }

    /// <summary>Whether extra names are deleted although something failed.</summary>
    public bool ForcesDeletions { get; init; }

    public static TransferRules Of(UploadFolderOptions options) => new()
    {
        Options = options,
        FollowsLinks = options.FollowLinks,
        Attributes = options.Attributes,
    };

    public static TransferRules Of(DownloadFolderOptions options) => new()
    {
        Options = options,
        IsPortable = IsPortableHere(options.PortableNames),
    };

    public static TransferRules Of(SyncOptions options) => new()
    {
        Options = options,
        FollowsLinks = options.FollowLinks,
        Attributes = options.Attributes,
        IsPortable = IsPortableHere(options.PortableNames),
        IsConditional = true,
        AllowsRace = options.AllowRace,
        DeletesExtra = options.DeleteExtra,
        ForcesDeletions = options.ForceDelete,
    };

    private static bool IsPortableHere(bool isAsked) => isAsked || OperatingSystem.IsWindows();
}
