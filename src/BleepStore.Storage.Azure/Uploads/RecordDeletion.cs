namespace BleepStore.Storage.Azure.Uploads;

/// <summary>How the deletion of an upload's record ended.</summary>
internal enum RecordDeletion
{
    /// <summary>There was no record.</summary>
    Missing = 0,

    /// <summary>The record was there.</summary>
    Deleted,

    /// <summary>There is no record. If the request was sent more than once, the first one may have deleted the record.</summary>
    Gone,
}
