namespace BleepStore.Storage;

/// <summary>What became of the keys that were to be deleted.</summary>
/// <param name="Count">How many keys are gone, whether or not there was an object.</param>
/// <param name="Failures">The keys that could not be deleted, each with its error; empty when all are gone.</param>
public sealed record DeleteManyResult(int Count, IReadOnlyList<DeleteFailure> Failures);
