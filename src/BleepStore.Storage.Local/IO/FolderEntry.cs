namespace BleepStore.Storage.Local.IO;

/// <summary>One entry of a folder.</summary>
/// <param name="Name">The entry's name. <see langword="null"/> for a name that is not UTF-8.</param>
/// <param name="Kind">The kind of the entry.</param>
/// <param name="Display">The text of a name that is not UTF-8, with the invalid bytes spelled out (<c>\xff</c>).</param>
internal readonly record struct FolderEntry(string? Name, EntryKind Kind, string? Display = null);
