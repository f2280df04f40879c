namespace BleepStore.Storage.Transfers.Folders;

/// <summary>Whether two places have the same bytes under a name.</summary>
internal enum Sameness
{
    /// <summary>The bytes are the same.</summary>
    Same,

    /// <summary>There are more or fewer bytes.</summary>
    OtherSize,

    /// <summary>The bytes are other ones.</summary>
    OtherBytes,

    /// <summary>Nobody can tell without reading both.</summary>
    InDoubt,
}
