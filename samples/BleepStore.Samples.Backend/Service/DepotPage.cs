namespace BleepStore.Samples.Backend.Service;

/// <summary>One page of a listing of objects. The service lists objects and prefixes apart, each in the order of its names.</summary>
/// <param name="Objects">The objects.</param>
/// <param name="Prefixes">Beginnings of names that were rolled up at a slash.</param>
/// <param name="Next">Where the next page begins. <see langword="null"/> when this is the last one.</param>
public sealed record DepotPage(IReadOnlyList<DepotItem> Objects, IReadOnlyList<string> Prefixes, string? Next);
