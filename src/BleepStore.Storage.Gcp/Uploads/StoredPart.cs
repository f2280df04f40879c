namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>A part, and the object that holds it.</summary>
/// <param name="Part">The part.</param>
/// <param name="Source">The object.</param>
internal sealed record StoredPart(PartInfo Part, ComposeSource Source);
