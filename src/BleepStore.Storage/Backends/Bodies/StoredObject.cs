namespace BleepStore.Storage.Backends;

/// <summary>An object as the upstream has it: what users see, and what only the core sees.</summary>
public sealed record StoredObject
{
    /// <summary>What users see.</summary>
    public required ObjectProperties Properties { get; init; }

    /// <summary>The token of the write that made the object, when it carried one (<see cref="PutRequest.WriteToken"/>).</summary>
    public string? WriteToken { get; init; }
}
