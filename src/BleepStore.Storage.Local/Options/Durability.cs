namespace BleepStore.Storage.Local;

/// <summary>What an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>
    /// A loss of power: files, folders and every newly made folder above are flushed to the disk before a write is acknowledged.
    /// </summary>
    Full = 0,

    /// <summary>
    /// The death of the process, but not of the system: nothing is flushed. Objects are still replaced atomically for readers; after a loss
    /// of power one that was written shortly before can be the old one, or be damaged. For caches and tests.
    /// </summary>
    None,
}
