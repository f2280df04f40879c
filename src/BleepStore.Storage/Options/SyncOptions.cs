using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>How to make one place like another. Immutable and thread-safe.</summary>
public sealed record SyncOptions : FolderOptions
{
    internal static SyncOptions Default { get; } = new();

    /// <summary>
    /// Whether files or objects that the source does not have are deleted from the target. The deletion is refused when the source is
    /// missing, empty, or could not be read completely, unless <see cref="ForceDelete"/> is set. Nothing is deleted when a transfer failed.
    /// The default is <see langword="false"/>.
    /// </summary>
    public bool DeleteExtra { get; init; }

    /// <summary>
    /// Whether <see cref="DeleteExtra"/> also deletes when the source is missing, empty, or could not be read completely, and when a
    /// transfer failed. The default is <see langword="false"/>.
    /// </summary>
    public bool ForceDelete { get; init; }

    /// <summary>
    /// Whether to write and delete without a condition where the upstream supports none. The object is then read just before, and a
    /// concurrent write in that moment is lost. Otherwise such a change is a failure with <see cref="StorageErrorCode.NotSupported"/>. The
    /// default is <see langword="false"/>.
    /// </summary>
    public bool AllowRace { get; init; }

    /// <inheritdoc cref="UploadFolderOptions.FollowLinks"/>
    public bool FollowLinks { get; init; }

    /// <inheritdoc cref="UploadFolderOptions.Attributes"/>
    /// <remarks>Only files get these attributes. An object that is copied keeps its own.</remarks>
    public Func<string, ObjectAttributes?>? Attributes { get; init; }

    /// <inheritdoc cref="DownloadFolderOptions.PortableNames"/>
    public bool PortableNames { get; init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder) => new MemberPrinter(builder)
        .Add(nameof(DeleteExtra), DeleteExtra ? true : null)
        .Add(nameof(ForceDelete), ForceDelete ? true : null)
        .Add(nameof(AllowRace), AllowRace ? true : null)
        .Add(nameof(FollowLinks), FollowLinks ? true : null)
        .Add(nameof(Attributes), Attributes is null ? null : "given")
        .Add(nameof(PortableNames), PortableNames ? true : null)
        .AddBase(base.PrintMembers);
}
