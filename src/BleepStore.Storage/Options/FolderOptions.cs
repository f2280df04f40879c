using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>What the transfers of whole folders have in common. Immutable and thread-safe.</summary>
public abstract record FolderOptions
{
    private readonly ValueList<string> _include;
    private readonly ValueList<string> _exclude;

    private protected FolderOptions()
    {
    }

    /// <summary>
    /// Only names that match one of these patterns, such as <c>"**/*.jpg"</c>. A name is the path below the folder, with <c>/</c>. <c>*</c>
    /// stands for any text without <c>/</c>, and <c>**</c> for any folders. Case matters. Default: empty, all names.
    /// </summary>
    public IReadOnlyList<string> Include
    {
        get => _include.Items;
        init => _include = new(value);
    }

    /// <summary>
    /// No names that match one of these patterns, even where <see cref="Include"/> matches. A folder that a pattern such as
    /// <c>"**/node_modules/**"</c> excludes is not read. What is excluded is never deleted. Default: empty.
    /// </summary>
    public IReadOnlyList<string> Exclude
    {
        get => _exclude.Items;
        init => _exclude = new(value);
    }

    /// <summary>How many files or objects are under way side by side. 1 or more. Default: 16.</summary>
    public int MaxConcurrency { get; init; } = 16;

    /// <summary>What to do with an object of the right size whose bytes cannot be compared. Default: transfer it again.</summary>
    public InDoubt InDoubt { get; init; }

    /// <summary>
    /// Whether the time of a file's last change goes with it. It is kept in the metadata <c>mtime</c>, as seconds since 1970 (UTC), and set
    /// again when the object comes back as a file. The name and the form are those of rclone on S3. Default: <see langword="false"/>.
    /// </summary>
    public bool KeepTimes { get; init; }

    /// <summary>
    /// Told how far the transfer is, at most ten times a second, and at its end. It runs on another thread and cannot hold up the transfer.
    /// The last report can come a little after the call has returned. Default: nobody is told.
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
