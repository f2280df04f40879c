using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>How to download to a folder. Immutable and thread-safe.</summary>
public sealed record DownloadFolderOptions : FolderOptions
{
    internal static DownloadFolderOptions Default { get; } = new();

    /// <summary>
    /// Whether keys that cannot be names of files on Windows are failures on every system. On Windows they always are. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool PortableNames { get; init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder) => new MemberPrinter(builder)
        .Add(nameof(PortableNames), PortableNames ? true : null)
        .AddBase(base.PrintMembers);
}
