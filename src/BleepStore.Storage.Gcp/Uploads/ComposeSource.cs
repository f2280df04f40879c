namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>One source of a composition.</summary>
/// <param name="Name">The object's name.</param>
/// <param name="Generation">The generation that is meant.</param>
internal sealed record ComposeSource(string Name, long Generation);
