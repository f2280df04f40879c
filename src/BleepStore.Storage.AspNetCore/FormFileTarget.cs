namespace BleepStore.Storage;

/// <summary>Where a file of a form goes. Immutable and thread-safe.</summary>
/// <param name="Key">The key.</param>
/// <param name="Options">
/// Attributes and conditions. Default: the content type is the client's, or the one of the options where they have one.
/// </param>
public sealed record FormFileTarget(string Key, PutOptions? Options = null);
