using System.Globalization;
using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage;

/// <summary>
/// The changes that make one place equal to another. It comes from <see cref="SyncPlace.PlanSyncAsync"/>. It can be shown first and run
/// later. A change is made only if both sides have not changed since. Immutable and thread-safe.
/// </summary>
public sealed class SyncPlan
{
    private readonly SyncPlace _source;
    private readonly SyncPlace _target;
    private readonly SyncOptions _options;
    private readonly IReadOnlyList<SyncStep> _steps;

    internal SyncPlan(SyncPlace source, SyncPlace target, SyncOptions options, IReadOnlyList<SyncStep> steps, FolderRun run)
    {
        _source = source;
        _target = target;
        _options = options;
        _steps = steps;
        Changes = [.. steps.Select(static step => step.Change)];
        Unchanged = run.Unchanged;
        InDoubt = run.InDoubt;
        IsComplete = run.IsComplete;
        Skipped = run.Findings.Skipped();
        Failures = run.Findings.Failures();
    }

    /// <summary>The changes, by name.</summary>
    public IReadOnlyList<SyncChange> Changes { get; }

    /// <summary>How many names have the same bytes on both sides.</summary>
    public long Unchanged { get; }

    /// <summary>
    /// How many names have the same number of bytes on both sides and could not be compared. <see cref="FolderOptions.InDoubt"/> decides
    /// how they are treated.
    /// </summary>
    public long InDoubt { get; }

    /// <summary>Whether all names were looked at. After 1,000 failures the rest would most likely fail too, so the planning ends.</summary>
    public bool IsComplete { get; }

    /// <summary>The names that were left out on purpose.</summary>
    public IReadOnlyList<SkippedName> Skipped { get; }

    /// <summary>The names that cannot be transferred or could not be compared.</summary>
    public IReadOnlyList<FolderFailure> Failures { get; }

    /// <summary>How many bytes the plan transfers.</summary>
    public long Bytes => Changes.Where(static change => change.Action != SyncAction.Delete).Sum(static change => change.Size);

    /// <summary>Makes the changes, in parallel.</summary>
    /// <param name="cancellationToken">Stops the transfers. Each file and object is then either unchanged or complete.</param>
    /// <returns>
    /// The counts, and the failures. They include those of the planning. After a failure nothing is deleted, except a file or object that
    /// is in the way of a new name.
    /// </returns>
    public async Task<FolderReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var run = new FolderRun(_source, _target, TransferRules.Of(_options));
        run.Findings.Add(Skipped, Failures);
        FolderReport report = await run.RunAsync(_steps, cancellationToken).ConfigureAwait(false);
        return report with { Unchanged = Unchanged, InDoubt = InDoubt, IsComplete = IsComplete && report.IsComplete };
    }

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_source} to {_target}: {Count(SyncAction.Add)} to add, {Count(SyncAction.Replace)} to replace, "
        + $"{Count(SyncAction.Delete)} to delete, {Unchanged} unchanged, {Bytes} bytes to transfer");

    private int Count(SyncAction action) => Changes.Count(change => change.Action == action);
}
