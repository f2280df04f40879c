using System.Runtime.CompilerServices;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Transfers a folder. It visits every name and transfers or deletes as needed, in parallel. A failed name is reported, and the others
/// continue.
/// </summary>
internal sealed class FolderRun
{
    private readonly SyncPlace _source;
    private readonly SyncPlace _target;
    private readonly TransferRules _rules;
    private readonly Direction _direction;
    private readonly FolderMeter? _meter;
    private readonly Findings _findings = new();
    private long _transferred;
    private long _transferredBytes;
    private long _unchanged;
    private long _deleted;
    private long _inDoubt;

    public FolderRun(SyncPlace source, SyncPlace target, TransferRules rules)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rules.Options.MaxConcurrency, 1, nameof(FolderOptions.MaxConcurrency));
        _source = source;
        _target = target;
        _rules = rules;
        _direction = Direction.Between(source, target, rules);
        Bucket bucket = ((source as BucketPlace) ?? (BucketPlace)target).Objects;
        _meter = rules.Options.Progress is { } progress ? new FolderMeter(progress, bucket.Time, bucket.Logger) : null;
    }

    public Findings Findings => _findings;

    public long Unchanged => Interlocked.Read(ref _unchanged);

    public long InDoubt => Interlocked.Read(ref _inDoubt);

    /// <summary>The first folder of the source that could not be read. Its content is unknown.</summary>
    public FolderFailure? Unreadable { get; private set; }

    /// <summary>Whether all names were looked at. It ends when too many have failed.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Whether the source had any names.</summary>
    public bool HasSource { get; private set; }

    /// <summary>Transfers all names that the target does not have.</summary>
    public async Task<FolderReport> TransferAsync(CancellationToken cancellationToken)
    {
        await EachAsync(
            PairsAsync(mayBeMissing: false, cancellationToken),
            static pair => pair.Name,
            async (pair, token) =>
            {
                if (await JudgeAsync(pair, token).ConfigureAwait(false) is { Change.Action: not SyncAction.Delete } step)
                {
                    await TransferAsync(step, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return await ReportAsync().ConfigureAwait(false);
    }

    /// <summary>Finds the necessary changes.</summary>
    /// <param name="mayBeMissing">Whether a missing folder counts as empty.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<List<SyncStep>> PlanAsync(bool mayBeMissing, CancellationToken cancellationToken)
    {
        var steps = new List<SyncStep>();
        await EachAsync(
            PairsAsync(mayBeMissing, cancellationToken),
            static pair => pair.Name,
            async (pair, token) =>
            {
                if (await JudgeAsync(pair, token).ConfigureAwait(false) is { } step)
                {
                    lock (steps)
                    {
                        steps.Add(step);
                    }
                }
            },
            cancellationToken).ConfigureAwait(false);
        steps.Sort(static (x, y) => string.CompareOrdinal(x.Change.Name, y.Change.Name));
        return steps;
    }

    /// <summary>Makes the changes of a plan. Deletions come last, unless something in the target stands in the way.</summary>
    public async Task<FolderReport> RunAsync(IReadOnlyCollection<SyncStep> steps, CancellationToken cancellationToken)
    {
        _meter?.Begin(steps.Count, steps.Where(IsTransfer).Sum(static step => step.Change.Size));

        // A bucket can have an object beside other objects below it. In a folder one of the two must be deleted first.
        Func<SyncStep, bool> isInTheWay = _target is FolderPlace ? InTheWay.Of(steps) : static _ => false;
        ILookup<bool, SyncStep> deletions = steps.Where(IsDeletion).ToLookup(isInTheWay);
        await EachAsync(deletions[true], DeleteAsync, cancellationToken).ConfigureAwait(false);
        await EachAsync(steps.Where(IsTransfer), TransferAsync, cancellationToken).ConfigureAwait(false);

        // A deleted name may be the new name of one that could not be transferred.
        if (_rules.ForcesDeletions || !_findings.HasFailures)
        {
            await EachAsync(deletions[false], DeleteAsync, cancellationToken).ConfigureAwait(false);
        }

        return await ReportAsync().ConfigureAwait(false);
    }

    private static bool IsDeletion(SyncStep step) => step.Change.Action == SyncAction.Delete;

    private static bool IsTransfer(SyncStep step) => !IsDeletion(step);

    private Task EachAsync(
        IEnumerable<SyncStep> steps, Func<SyncStep, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        EachAsync(steps.ToAsyncEnumerable(), static step => step.Change.Name, work, cancellationToken);

    /// <summary>Works on all, several side by side, until too many have failed.</summary>
    private async Task EachAsync<T>(
        IAsyncEnumerable<T> items, Func<T, string> nameOf, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (!IsComplete)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = _rules.Options.MaxConcurrency, CancellationToken = stop.Token };
        try
        {
            await Parallel.ForEachAsync(
                items,
                options,
                async (item, token) =>
                {
                    string name = nameOf(item);
                    _meter?.Enter(name);
                    try
                    {
                        await work(item, token).ConfigureAwait(false);
                    }
                    catch (Exception error) when (error is not OperationCanceledException || !token.IsCancellationRequested)
                    {
                        _findings.Fail(name, error);
                        if (_findings.AreTooMany)
                        {
                            await stop.CancelAsync().ConfigureAwait(false);
                        }
                    }
                    finally
                    {
                        _meter?.Leave(name);
                    }
                }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _findings.AreTooMany)
        {
            IsComplete = false;
        }
    }

    private async IAsyncEnumerable<NamePair> PairsAsync(
        bool mayBeMissing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new NameFilter(_rules.Options);
        var source = new PlaceReading(filter, _rules.FollowsLinks, mayBeMissing, (name, error) =>
        {
            if (name.EndsWith('/'))
            {
                Unreadable ??= new FolderFailure { Name = name, Error = error };
            }

            FailReading(name, error);
        });
        var target = new PlaceReading(filter, FollowsLinks: false, MayBeMissing: true, FailReading);
        bool areInOrder = _source.IsInKeyOrder && _target.IsInKeyOrder;
        IAsyncEnumerable<SyncItem> sources = _source.ListAsync(source, cancellationToken);
        IAsyncEnumerable<SyncItem> targets = _target.ListAsync(target, cancellationToken);
        await foreach (NamePair pair in NamePairs.JoinAsync(sources, targets, areInOrder, cancellationToken).ConfigureAwait(false))
        {
            if (_direction.SkipsMarkers && TemporaryFiles.AreNamedLike(pair.Name[(pair.Name.LastIndexOf('/') + 1)..]))
            {
                // Files with such names are left out, so objects are left out too.
                continue;
            }

            HasSource |= pair.Source is { Skip: null } item && !IsMarker(item);
            yield return pair;
        }
    }

    /// <summary>A failure of the reading. A reading with too many of them ends, which <c>EachAsync</c> expects.</summary>
    private void FailReading(string name, Exception error)
    {
        _findings.Fail(name, error);
        if (_findings.AreTooMany)
        {
            throw new OperationCanceledException();
        }
    }

    /// <returns><see langword="null"/> when no change is needed.</returns>
    private async Task<SyncStep?> JudgeAsync(NamePair pair, CancellationToken cancellationToken)
    {
        if (pair.Source is not { } source)
        {
            return pair.Target!.Skip is null && !IsMarker(pair.Target) ? StepOf(pair, SyncAction.Delete, SyncReason.Extra) : null;
        }

        if (source.Skip is { } reason)
        {
            _findings.Skip(source.Name, reason);
            return null;
        }

        if (IsMarker(source))
        {
            _findings.Skip(source.Name, SkipReason.FolderMarker);
            return null;
        }

        _direction.Check(source);
        if (pair.Target is not { } target)
        {
            return StepOf(pair, SyncAction.Add, SyncReason.Missing);
        }

        if (target.Skip is not null)
        {
            throw new IOException(
                $"'{Visible.Text(target.Name)}' is a link or a special file in the target. It is not replaced. Remove it.");
        }

        Sameness sameness = await _direction.CompareAsync(source, target, cancellationToken).ConfigureAwait(false);
        switch (sameness)
        {
            case Sameness.Same:
                Interlocked.Increment(ref _unchanged);
                return null;
            case Sameness.InDoubt:
                Interlocked.Increment(ref _inDoubt);
                return Doubtful(pair);
            default:
                SyncReason why = sameness == Sameness.OtherSize ? SyncReason.SizeDiffers : SyncReason.BytesDiffer;
                return StepOf(pair, SyncAction.Replace, why);
        }
    }

    private SyncStep? Doubtful(NamePair pair)
    {
        switch (_rules.Options.InDoubt)
        {
            case Storage.InDoubt.Skip:
                _findings.Skip(pair.Name, SkipReason.InDoubt);
                return null;
            case Storage.InDoubt.Fail:
                throw new IOException(
                    $"The object's ETag does not show whether '{pair.Name}' has changed. "
                    + $"Set {nameof(FolderOptions.InDoubt)} to {nameof(Storage.InDoubt.Transfer)} to transfer it.");
            default:
                return StepOf(pair, SyncAction.Replace, SyncReason.InDoubt);
        }
    }

    private bool IsMarker(SyncItem item) =>
        _direction.SkipsMarkers && item is { Size: 0, Object: not null } && (item.Name.Length == 0 || item.Name.EndsWith('/'));

    private static SyncStep StepOf(NamePair pair, SyncAction action, SyncReason reason) => new(
        new SyncChange { Name = pair.Name, Action = action, Reason = reason, Size = (pair.Source ?? pair.Target)!.Size }, pair);

    private async Task TransferAsync(SyncStep step, CancellationToken cancellationToken)
    {
        FileMeter? progress = _meter is null ? null : new FileMeter(_meter);
        try
        {
            await _direction.TransferAsync(step.Pair, progress, cancellationToken).ConfigureAwait(false);
            progress?.End(step.Change.Size);
        }
        catch
        {
            progress?.End(0);
            throw;
        }

        Interlocked.Increment(ref _transferred);
        Interlocked.Add(ref _transferredBytes, step.Change.Size);
    }

    private async Task DeleteAsync(SyncStep step, CancellationToken cancellationToken)
    {
        await _direction.DeleteAsync(step.Pair.Target!, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _deleted);
    }

    private async Task<FolderReport> ReportAsync()
    {
        try
        {
            // Flushing waits for the disk.
            await Task.Run(_direction.Finish).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _findings.Fail(string.Empty, error);
        }

        _meter?.End();
        return new FolderReport
        {
            Transferred = Interlocked.Read(ref _transferred),
            TransferredBytes = Interlocked.Read(ref _transferredBytes),
            Unchanged = Unchanged,
            Deleted = Interlocked.Read(ref _deleted),
            InDoubt = InDoubt,
            IsComplete = IsComplete,
            Skipped = _findings.Skipped(),
            Failures = _findings.Failures(),
        };
    }
}
