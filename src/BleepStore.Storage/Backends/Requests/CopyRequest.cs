namespace BleepStore.Storage.Backends;

/// <summary>One object to copy on the server.</summary>
public sealed record CopyRequest
{
    /// <summary>The object to copy.</summary>
    public required ObjectAddress Source { get; init; }

    /// <summary>The properties of the source as the core has just read them. The copy is pinned to their revision.</summary>
    public required ObjectProperties SourceProperties { get; init; }

    /// <summary>The bucket to copy to.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key to copy to.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The attributes of the copy. <see langword="null"/> keeps those of the source. The source's write token is never kept.
    /// </summary>
    public ObjectAttributes? Attributes { get; init; }

    /// <summary>The condition at the moment of the commit. It is at most one that the capabilities support.</summary>
    public WriteCondition Condition { get; init; }

    /// <summary>
    /// A random token to store with the object as reserved data. It identifies the write when its answer was lost. <see langword="null"/>
    /// for a write that can simply be repeated.
    /// </summary>
    public string? WriteToken { get; init; }
}
