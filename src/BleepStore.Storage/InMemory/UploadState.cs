namespace BleepStore.Storage.InMemory;

/// <summary>One multipart upload in memory. Only touched under the backend's lock.</summary>
internal sealed class UploadState(string key, ObjectAttributes attributes, DateTimeOffset initiatedAt)
{
    public string Key { get; } = key;

    public ObjectAttributes Attributes { get; } = attributes;

    public DateTimeOffset InitiatedAt { get; } = initiatedAt;

    public SortedDictionary<int, PartState> Parts { get; } = [];

    public long Size => Parts.Values.Sum(static part => part.Content.Length);
}
