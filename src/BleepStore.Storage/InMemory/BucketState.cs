using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.InMemory;

/// <summary>One bucket in memory. Only touched under the backend's lock.</summary>
internal sealed class BucketState(DateTimeOffset createdAt)
{
    public DateTimeOffset CreatedAt { get; } = createdAt;

    public Dictionary<string, ObjectState> Objects { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Keys { get; } = new(KeyOrder.Instance);

    public Dictionary<string, UploadState> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys from one on, in order.</summary>
    public IEnumerable<string> KeysFrom(string? first) =>
        first is null || Keys.Max is not { } last ? Keys
        : KeyOrder.Instance.Compare(first, last) > 0 ? []
        : Keys.GetViewBetween(first, last);
}
