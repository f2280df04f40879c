namespace BleepStore.Storage.Local.Records;

/// <summary>The result of the verification of an object.</summary>
internal enum Finding
{
    /// <summary>The file is from another program, or another program has changed it.</summary>
    Foreign,

    /// <summary>The record was made for this file. The bytes were not read.</summary>
    Believed,

    /// <summary>The bytes were read and are those of the record.</summary>
    Agrees,

    /// <summary>The bytes were read and do not agree with the record.</summary>
    Disagrees,

    /// <summary>The record has no digest of the bytes.</summary>
    Unprovable,
}
