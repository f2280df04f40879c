namespace BleepStore.Storage.Backends;

/// <summary>An object as the upstream has it: what users see, and what only the core sees.</summary>
/// <param name="Properties">What users see.</param>
public sealed record StoredObject(ObjectProperties Properties)
{
    /// <summary>The token of the write that made the object, when it carried one (<see cref="PutRequest.WriteToken"/>).</summary>
    public string? WriteToken { get; init; }
}
