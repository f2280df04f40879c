namespace BleepStore.Storage;

/// <summary>One page of a listing. Thread-safe.</summary>
public sealed record ListPage
{
    /// <summary>The objects of this page, in the order of their keys' UTF-8 bytes.</summary>
    public required IReadOnlyList<ListEntry> Objects { get; init; }

    /// <summary>The common prefixes of this page, in the same order.</summary>
    public required IReadOnlyList<string> CommonPrefixes { get; init; }

    /// <summary>What to give as <see cref="ListOptions.ContinuationToken"/> for the next page; <see langword="null"/> when this was the last. Opaque.</summary>
    public string? ContinuationToken { get; init; }
}
