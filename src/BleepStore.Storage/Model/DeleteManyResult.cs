using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>The result of a deletion of many keys. Immutable and thread-safe.</summary>
public sealed record DeleteManyResult
{
    private readonly ValueList<DeleteFailure> _failures;

    /// <summary>How many keys have no object now, whether or not one existed before.</summary>
    public required int Count { get; init; }

    /// <summary>The keys that could not be deleted, each with its error. Empty when all were deleted.</summary>
    public required IReadOnlyList<DeleteFailure> Failures
    {
        get => _failures.Items;
        init => _failures = new(value);
    }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(DeleteManyResult))
        .Add(nameof(Count), Count)
        .Add(nameof(Failures), _failures)
        .ToString();
}
