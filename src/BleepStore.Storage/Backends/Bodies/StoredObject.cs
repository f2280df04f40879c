namespace BleepStore.Storage.Backends;

/// <summary>An object as the upstream stores it. It has the public properties, and the data that only the core reads.</summary>
public sealed record StoredObject
{
    /// <summary>The public properties.</summary>
    public required ObjectProperties Properties { get; init; }

    /// <summary>The token of the write that made the object, when it carried one (<see cref="PutRequest.WriteToken"/>).</summary>
    public string? WriteToken { get; init; }

    /// <summary>
    /// Returns the properties of the object if the write with a token made it. A write whose answer was lost is recognised so.
    /// </summary>
    /// <param name="writeToken">The token of the write.</param>
    /// <returns><see langword="null"/> when the object carries another token or none.</returns>
    public ObjectProperties? MadeBy(string writeToken)
    {
        ArgumentNullException.ThrowIfNull(writeToken);
        return string.Equals(WriteToken, writeToken, StringComparison.Ordinal) ? Properties : null;
    }
}
