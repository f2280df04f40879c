namespace BleepStore.Storage.Local.IO;

/// <summary>One entry of a folder.</summary>
/// <param name="Name">Its name; <see langword="null"/> for one that is not UTF-8.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Display">For a name that is not UTF-8: the name with its other bytes spelled out (<c>\xff</c>).</param>
internal readonly record struct FolderEntry(string? Name, EntryKind Kind, string? Display = null);
