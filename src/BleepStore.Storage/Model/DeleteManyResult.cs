using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>What became of the keys that were to be deleted. Immutable and thread-safe.</summary>
public sealed record DeleteManyResult
{
    private readonly ValueList<DeleteFailure> _failures;

    /// <summary>How many keys are gone, whether or not there was an object.</summary>
    public required int Count { get; init; }

    /// <summary>The keys that could not be deleted, each with its error; empty when all are gone.</summary>
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
