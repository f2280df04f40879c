using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>The common options of transfers of whole folders. Immutable and thread-safe.</summary>
public abstract record FolderOptions
{
    private readonly ValueList<string> _include;
    private readonly ValueList<string> _exclude;

    private protected FolderOptions()
    {
    }

    /// <summary>
    /// Only names that match one of these patterns take part, such as <c>"**/*.jpg"</c>. A name is the path below the folder, with
    /// <c>/</c>. <c>*</c> stands for any text without <c>/</c>, and <c>**</c> for any folders. Case matters. The default is empty, all
    /// names.
    /// </summary>
    public IReadOnlyList<string> Include
    {
        get => _include.Items;
        init => _include = new(value);
    }

    /// <summary>
    /// Names that match one of these patterns do not take part, even where <see cref="Include"/> matches. A folder that a pattern such as
    /// <c>"**/node_modules/**"</c> excludes is not read. Excluded names are never deleted. The default is empty.
    /// </summary>
    public IReadOnlyList<string> Exclude
    {
        get => _exclude.Items;
        init => _exclude = new(value);
    }

    /// <summary>How many files or objects are transferred in parallel. 1 or more. The default is 16.</summary>
    public int MaxConcurrency { get; init; } = 16;

    /// <summary>The treatment of an object of the right size whose bytes cannot be compared. By default it is transferred again.</summary>
    public InDoubt InDoubt { get; init; }

    /// <summary>
    /// Whether the time of a file's last change is kept. It is stored in the metadata <c>mtime</c>, as seconds since 1970 (UTC), and
    /// restored when the object is downloaded to a file. rclone on S3 uses the same name and form. The default is <see langword="false"/>.
    /// </summary>
    public bool KeepTimes { get; init; }

    /// <summary>
    /// Receives the progress of the transfer, at most ten times a second, and at its end. It runs on another thread and cannot delay the
    /// transfer. The last report can arrive shortly after the call has returned. By default no progress is reported.
    /// </summary>
    public IProgress<FolderProgress>? Progress { get; init; }

    /// <summary>Prints the members that say something.</summary>
    /// <param name="builder">Takes the text.</param>
    /// <returns>Whether anything was printed.</returns>
    protected virtual bool PrintMembers(StringBuilder builder) => new MemberPrinter(builder)
        .Add(nameof(Include), Include.Count == 0 ? null : _include)
        .Add(nameof(Exclude), Exclude.Count == 0 ? null : _exclude)
        .Add(nameof(MaxConcurrency), MaxConcurrency)
        .Add(nameof(InDoubt), InDoubt)
        .Add(nameof(KeepTimes), KeepTimes ? true : null)
        .Add(nameof(Progress), Progress)
        .HasPrinted;
}
