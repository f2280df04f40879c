using BleepStore.Storage.Comparison.Places;

namespace BleepStore.Storage.Comparison.Behaviours;

/// <summary>The place in which behaviours are tried.</summary>
/// <param name="Place">The place, open and prepared.</param>
/// <param name="Kind">The library, for a second process.</param>
/// <param name="Where">A folder, or the connection string of an account.</param>
internal sealed record Observed(IPlace Place, PlaceKind Kind, string Where);
