namespace BleepStore.Storage.Local.Records;

/// <summary>The trust in a file's record.</summary>
internal enum RecordTrust
{
    /// <summary>The file is foreign. It has no record, or another program changed it after the record was made.</summary>
    None,

    /// <summary>The record was made for this file.</summary>
    Believed,

    /// <summary>The record was made for another or an unknown file. The bytes must prove the record.</summary>
    InDoubt,

    /// <summary>The file is foreign. The bytes were read and do not agree with the record.</summary>
    Refuted,
}
