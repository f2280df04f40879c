namespace BleepStore.Storage.Backends;

/// <summary>One page of a listing.</summary>
public sealed record ListResult
{
    /// <summary>The objects, in order.</summary>
    public required IReadOnlyList<ListEntry> Objects { get; init; }

    /// <summary>The common prefixes, in order.</summary>
    public required IReadOnlyList<string> CommonPrefixes { get; init; }

    /// <summary>Where the next page begins, in the backend's own words; <see langword="null"/> when this was the last. The core binds it to the query.</summary>
    public string? ContinuationToken { get; init; }
}
