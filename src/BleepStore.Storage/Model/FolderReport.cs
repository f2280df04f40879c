using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>The result of a transfer of a folder. Immutable and thread-safe.</summary>
public sealed record FolderReport
{
    /// <summary>The message of an <see cref="AggregateException"/> repeats the message of each.</summary>
    private const int MostThrown = 10;

    private readonly ValueList<SkippedName> _skipped;
    private readonly ValueList<FolderFailure> _failures;

    /// <summary>How many files or objects were transferred.</summary>
    public required long Transferred { get; init; }

    /// <summary>How many bytes these have.</summary>
    public required long TransferredBytes { get; init; }

    /// <summary>How many were there already with the same bytes, and were not transferred.</summary>
    public required long Unchanged { get; init; }

    /// <summary>How many were deleted from the target.</summary>
    public required long Deleted { get; init; }

    /// <summary>How many files or objects could not be compared. They are also included in the other counts.</summary>
    public required long InDoubt { get; init; }

    /// <summary>Whether all names were looked at. After 1,000 failures the rest would most likely fail too, so the transfer ends.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The names that were left out on purpose.</summary>
    public required IReadOnlyList<SkippedName> Skipped
    {
        get => _skipped.Items;
        init => _skipped = new(value);
    }

    /// <summary>The names that could not be transferred, compared or deleted. Empty when all went well.</summary>
    public required IReadOnlyList<FolderFailure> Failures
    {
        get => _failures.Items;
        init => _failures = new(value);
    }

    /// <summary>Throws when there are failures. Use it when anything short of complete success is an error.</summary>
    /// <returns>The report itself.</returns>
    /// <exception cref="AggregateException">There are failures. The exception holds the exceptions of the first ten.</exception>
    public FolderReport ThrowIfFailed() => Failures.Count == 0
        ? this
        : throw new AggregateException(
            $"{Failures.Count} names failed, the first of them '{Visible.Text(Failures[0].Name)}'.",
            Failures.Take(MostThrown).Select(static failure => failure.Error));

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(FolderReport))
        .Add(nameof(Transferred), Transferred)
        .Add(nameof(TransferredBytes), TransferredBytes)
        .Add(nameof(Unchanged), Unchanged)
        .Add(nameof(Deleted), Deleted)
        .Add(nameof(InDoubt), InDoubt)
        .Add(nameof(IsComplete), IsComplete)
        .Add(nameof(Skipped), _skipped)
        .Add(nameof(Failures), _failures)
        .ToString();
}
