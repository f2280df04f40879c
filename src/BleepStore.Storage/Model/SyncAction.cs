namespace BleepStore.Storage;

/// <summary>What a <see cref="SyncChange"/> does in the target.</summary>
public enum SyncAction
{
    /// <summary>Writes what is not there.</summary>
    Add,

    /// <summary>Writes over what is there.</summary>
    Replace,

    /// <summary>Deletes what the source does not have.</summary>
    Delete,
}
