namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>How much a case does.</summary>
/// <param name="Bytes">The size of an object.</param>
/// <param name="Count">How many operations are timed together; of some cases, how many parts or keys there are.</param>
internal sealed record CaseSize(long Bytes, int Count);
