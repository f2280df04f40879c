namespace BleepStore.Storage.Transfers.Folders;

/// <summary>A name in the source, in the target, or in both.</summary>
/// <param name="Source"><see langword="null"/> when the source does not have it.</param>
/// <param name="Target"><see langword="null"/> when the target does not have it.</param>
internal readonly record struct NamePair(SyncItem? Source, SyncItem? Target)
{
    public string Name => (Source ?? Target)!.Name;
}
