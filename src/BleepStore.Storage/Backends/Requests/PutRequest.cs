namespace BleepStore.Storage.Backends;

/// <summary>One object to store.</summary>
public sealed record PutRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The bytes.</summary>
    public required StorageBody Body { get; init; }

    /// <summary>The attributes to store. Metadata names are lower case.</summary>
    public ObjectAttributes Attributes { get; init; } = ObjectAttributes.None;

    /// <summary>The condition at the moment of the commit. It is at most one that the capabilities support.</summary>
    public WriteCondition Condition { get; init; }

    /// <summary>
    /// A random token to store with the object as reserved data. It identifies the write when its answer was lost. <see langword="null"/>
    /// for a write that can simply be repeated.
    /// </summary>
    public string? WriteToken { get; init; }

    internal PutRequest Under(WriteCondition condition) => condition == Condition ? this : this with { Condition = condition };
}
