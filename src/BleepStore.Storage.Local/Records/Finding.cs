namespace BleepStore.Storage.Local.Records;

/// <summary>What verifying an object has found.</summary>
internal enum Finding
{
    /// <summary>A file of another program, or one that somebody changed.</summary>
    Foreign,

    /// <summary>The record was made for this file. The bytes were not read.</summary>
    Believed,

    /// <summary>The bytes were read and are those of the record.</summary>
    Agrees,

    /// <summary>The bytes are others than those of the record.</summary>
    Disagrees,

    /// <summary>The record has no digest of the bytes.</summary>
    Unprovable,
}
