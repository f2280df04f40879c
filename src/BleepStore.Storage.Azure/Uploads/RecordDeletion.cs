namespace BleepStore.Storage.Azure.Uploads;

/// <summary>How the deletion of an upload's record ended.</summary>
internal enum RecordDeletion
{
    /// <summary>There was no record.</summary>
    Missing = 0,

    /// <summary>The record was there.</summary>
    Deleted,

    /// <summary>There is no record. The request may have been sent before, so that it may have found one then.</summary>
    Gone,
}
