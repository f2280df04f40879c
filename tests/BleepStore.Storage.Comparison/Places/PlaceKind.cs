namespace BleepStore.Storage.Comparison.Places;

/// <summary>A library and where it keeps its objects.</summary>
internal enum PlaceKind
{
    /// <summary>This library on a disk.</summary>
    Local,

    /// <summary>This library on Azurite.</summary>
    Azure,

    /// <summary>FluentStorage on a disk.</summary>
    Fluent,

    /// <summary>Azure.Storage.Blobs on Azurite.</summary>
    Sdk,
}
