namespace BleepStore.Storage.Backends;

/// <summary>One page of names that no key spells.</summary>
public sealed record ListForeignNamesResult
{
    /// <summary>
    /// The names, in the upstream's order. The core spells out what a reader cannot see in <see cref="ForeignName.DisplayName"/>.
    /// </summary>
    public required IReadOnlyList<ForeignName> Names { get; init; }

    /// <summary>Where the next page begins. <see langword="null"/> when this was the last. It never leaves the process.</summary>
    public string? ContinuationToken { get; init; }
}
