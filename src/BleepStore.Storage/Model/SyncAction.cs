namespace BleepStore.Storage;

/// <summary>The action of a <see cref="SyncChange"/> in the target.</summary>
public enum SyncAction
{
    /// <summary>Writes a missing file or object.</summary>
    Add,

    /// <summary>Overwrites a file or object.</summary>
    Replace,

    /// <summary>Deletes a file or object that the source does not have.</summary>
    Delete,
}
