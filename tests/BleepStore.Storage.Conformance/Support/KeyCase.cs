namespace BleepStore.Storage.Conformance.Support;

/// <summary>A key of the catalogue.</summary>
/// <param name="Name">The special property of the key.</param>
/// <param name="Key">The key.</param>
public sealed record KeyCase(string Name, string Key)
{
    /// <summary>Returns the name, because test reports cannot show all characters of keys.</summary>
    public override string ToString() => Name;
}
