namespace BleepStore.Storage.Transfers.Folders;

/// <summary>How the names of a place are read.</summary>
/// <param name="Filter">The names that take part.</param>
/// <param name="FollowsLinks">Whether links in a folder are followed.</param>
/// <param name="MayBeMissing">Whether a missing folder counts as empty.</param>
/// <param name="Report">Receives the names that cannot be read, and the reasons.</param>
internal sealed record PlaceReading(NameFilter Filter, bool FollowsLinks, bool MayBeMissing, Action<string, Exception> Report);
