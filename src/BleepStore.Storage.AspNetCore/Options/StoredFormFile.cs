namespace BleepStore.Storage;

/// <summary>A file of a form that was stored. Immutable.</summary>
/// <param name="File">The client's description of the file.</param>
/// <param name="Properties">The object.</param>
public sealed record StoredFormFile(FormFileInfo File, ObjectProperties Properties);
