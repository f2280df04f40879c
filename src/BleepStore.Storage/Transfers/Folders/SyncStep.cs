namespace BleepStore.Storage.Transfers.Folders;

/// <summary>A planned change, with the data of both sides.</summary>
/// <param name="Change">The public view of the change.</param>
/// <param name="Pair">The data of both sides.</param>
internal sealed record SyncStep(SyncChange Change, NamePair Pair);
