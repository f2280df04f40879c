namespace BleepStore.Storage.Local.Records;

/// <summary>How far a file's record is believed.</summary>
internal enum RecordTrust
{
    /// <summary>There is no record, or somebody changed the file since it was made: a foreign file.</summary>
    None,

    /// <summary>The record was made for this file.</summary>
    Believed,

    /// <summary>The record was made for another file, or for nobody knows which. The bytes have to prove it.</summary>
    InDoubt,

    /// <summary>The bytes were read and do not agree with the record: a foreign file.</summary>
    Refuted,
}
