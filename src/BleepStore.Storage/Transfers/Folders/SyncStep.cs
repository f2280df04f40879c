namespace BleepStore.Storage.Transfers.Folders;

/// <summary>A change that is to be made, with what was found of both sides.</summary>
/// <param name="Change">What callers see of it.</param>
/// <param name="Pair">What was found.</param>
internal sealed record SyncStep(SyncChange Change, NamePair Pair);
