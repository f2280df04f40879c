namespace BleepStore.Storage.Transfers.Folders;

/// <summary>How the names of a place are read.</summary>
/// <param name="Filter">Which names take part.</param>
/// <param name="FollowsLinks">Whether links in a folder are followed.</param>
/// <param name="MayBeMissing">Whether a folder that is missing counts as empty.</param>
/// <param name="Report">Told the name of what cannot be read, and why.</param>
internal sealed record PlaceReading(NameFilter Filter, bool FollowsLinks, bool MayBeMissing, Action<string, Exception> Report);
