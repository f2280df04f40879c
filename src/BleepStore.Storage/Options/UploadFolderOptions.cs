using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>How to upload a folder. Immutable and thread-safe.</summary>
public sealed record UploadFolderOptions : FolderOptions
{
    internal static UploadFolderOptions Default { get; } = new();

    /// <summary>
    /// Whether symbolic links are followed as if their targets stood in their place. Otherwise they are skipped and reported. The default
    /// is <see langword="false"/>.
    /// </summary>
    public bool FollowLinks { get; init; }

    /// <summary>
    /// Returns the attributes of each object to write. The argument is the name, which is the path below the folder, with <c>/</c>. It is
    /// called from several threads. A missing <see cref="ObjectAttributes.ContentType"/> is derived from the file's extension. By default
    /// there are no attributes.
    /// </summary>
    public Func<string, ObjectAttributes?>? Attributes { get; init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder) => new MemberPrinter(builder)
        .Add(nameof(FollowLinks), FollowLinks ? true : null)
        .Add(nameof(Attributes), Attributes is null ? null : "given")
        .AddBase(base.PrintMembers);
}
