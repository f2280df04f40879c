using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage;

/// <summary>
/// A folder, or the keys of a bucket that begin with a prefix. One place can be made like another, and at least one of the two must be in a
/// bucket. Immutable and thread-safe.
/// </summary>
/// <example>
/// <code>
/// FolderReport report = await SyncPlace.Folder("photos").SyncAsync(SyncPlace.Bucket(bucket, "photos/"));
/// </code>
/// </example>
public abstract class SyncPlace
{
    private protected SyncPlace()
    {
    }

    /// <summary>Whether the names come in the order of their UTF-8 bytes.</summary>
    internal abstract bool IsInKeyOrder { get; }

    /// <summary>A folder.</summary>
    /// <param name="path">The folder. A source must be there. A target is made when it is not.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static SyncPlace Folder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FolderPlace(path);
    }

    /// <summary>The keys of a bucket that begin with a prefix.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">
    /// The prefix. A <c>/</c> is appended if it is missing, so <c>"photos"</c> is the same as <c>"photos/"</c>. The default is empty, which
    /// means all keys.
    /// </param>
    public static SyncPlace Bucket(Bucket bucket, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(prefix);
        return new BucketPlace(bucket, prefix);
    }

    /// <summary>
    /// Finds the changes that make a target equal to this place. It changes nothing. It compares sizes first, and then ETags. Files are
    /// hashed, but no byte of an object is read.
    /// </summary>
    /// <param name="target">The place to change.</param>
    /// <param name="options">
    /// The names that take part, and whether names may be deleted. By default all names take part, and nothing is deleted.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The plan, which can be shown and run.</returns>
    /// <exception cref="ArgumentException">Both places are folders, or an option breaks its rule.</exception>
    /// <exception cref="IOException">
    /// A folder is missing or cannot be read. Or <see cref="SyncOptions.DeleteExtra"/> is set, and the source is empty or could not be read
    /// completely.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">Access to a folder is denied.</exception>
    /// <exception cref="StorageException">A bucket could not be listed.</exception>
    public async Task<SyncPlan> PlanSyncAsync(
        SyncPlace target, SyncOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        SyncOptions chosen = options ?? SyncOptions.Default;
        var run = new FolderRun(this, target, TransferRules.Of(chosen));
        List<SyncStep> steps = await run.PlanAsync(chosen.ForceDelete, cancellationToken).ConfigureAwait(false);
        string[] links = [.. run.Findings.Skipped().Where(IsLink).Select(static skipped => skipped.Name + "/")];
        steps.RemoveAll(step => step.Change.Action == SyncAction.Delete && (!chosen.DeleteExtra || IsBelow(step.Change.Name, links)));

        RequireSource(run, steps, chosen);
        return new SyncPlan(this, target, chosen, steps, run);
    }

    /// <summary>Makes a target equal to this place. It plans as <see cref="PlanSyncAsync"/> does, and runs the plan.</summary>
    /// <param name="target">The place to change.</param>
    /// <param name="options">
    /// The names that take part, and whether names may be deleted. By default all names take part, and nothing is deleted.
    /// </param>
    /// <param name="cancellationToken">Stops the transfers. Each file and object is then either unchanged or complete.</param>
    /// <returns>The counts, and the failures. A failure of one name does not stop the others.</returns>
    /// <exception cref="ArgumentException">Both places are folders, or an option breaks its rule.</exception>
    /// <exception cref="IOException">As <see cref="PlanSyncAsync"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a folder is denied.</exception>
    /// <exception cref="StorageException">A bucket could not be listed.</exception>
    public async Task<FolderReport> SyncAsync(SyncPlace target, SyncOptions? options = null, CancellationToken cancellationToken = default)
    {
        SyncPlan plan = await PlanSyncAsync(target, options, cancellationToken).ConfigureAwait(false);
        return await plan.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the names in order.</summary>
    internal abstract IAsyncEnumerable<SyncItem> ListAsync(PlaceReading reading, CancellationToken cancellationToken);

    private static bool IsLink(SkippedName skipped) => skipped.Reason is SkipReason.Link or SkipReason.BrokenLink or SkipReason.Loop;

    /// <summary>Whether a name can be that of a file behind a link that was skipped.</summary>
    private static bool IsBelow(string name, string[] links) =>
        Array.Exists(links, link => name.StartsWith(link, StringComparison.Ordinal));

    /// <summary>Refuses to delete because of a source that may not be what the caller expects.</summary>
    private void RequireSource(FolderRun run, List<SyncStep> steps, SyncOptions options)
    {
        int deletions = options.ForceDelete ? 0 : steps.Count(static step => step.Change.Action == SyncAction.Delete);
        if (deletions > 0 && !run.HasSource)
        {
            throw new IOException(
                $"'{this}' is empty, so {deletions} names would be deleted. Nothing was changed. "
                + $"If this is intended, set {nameof(SyncOptions.ForceDelete)}.");
        }

        FolderFailure? first = run.Unreadable ?? (run.IsComplete ? null : run.Findings.Failures()[0]);
        if (deletions > 0 && first is not null)
        {
            throw new IOException(
                $"'{this}' could not be read completely, so missing names must not be deleted. Nothing was changed. The first failure is "
                + $"'{first.Name}': {first.Error.Message} To delete anyway, set {nameof(SyncOptions.ForceDelete)}.",
                first.Error);
        }
    }
}
