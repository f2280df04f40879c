namespace BleepStore.Storage;

/// <summary>The target of a file of a form. Immutable and thread-safe.</summary>
/// <param name="Key">The key.</param>
/// <param name="Options">Attributes and conditions. By default the content type is that of the options, or else the client's.</param>
public sealed record FormFileTarget(string Key, PutOptions? Options = null);
