namespace BleepStore.Storage.Conformance.Support;

/// <summary>A key of the catalogue.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Key">The key.</param>
public sealed record KeyCase(string Name, string Key)
{
    /// <summary>The name: keys hold characters that no test report can.</summary>
    public override string ToString() => Name;
}
