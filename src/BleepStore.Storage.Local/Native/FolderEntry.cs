namespace BleepStore.Storage.Local.Native;

/// <summary>One entry of a folder.</summary>
/// <param name="Name">Its name; <see langword="null"/> for one that is not UTF-8.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct FolderEntry(string? Name, EntryKind Kind);
