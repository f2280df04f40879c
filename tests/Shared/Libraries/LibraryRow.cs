namespace BleepStore.Storage.Tests.Shared.Libraries;

/// <summary>A row of a Parquet file.</summary>
public sealed class LibraryRow
{
    public int Number { get; set; }

    public string Name { get; set; } = "";

    public byte[] Value { get; set; } = [];
}
