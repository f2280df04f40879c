namespace BleepStore.Storage.Local;

/// <summary>The failures that an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>
    /// A write survives a loss of power. Files, folders and every new folder above are flushed to the disk before a write is acknowledged.
    /// </summary>
    Full = 0,

    /// <summary>
    /// A write survives the death of the process, but not of the system, because nothing is flushed. Readers still see objects replaced
    /// atomically. After a loss of power, an object that was written shortly before can be the old object, or be damaged. For caches and
    /// tests.
    /// </summary>
    None,
}
