namespace BleepStore.Storage.InMemory;

/// <summary>The options of the in-memory backend.</summary>
public sealed class InMemoryBackendOptions
{
    /// <summary>
    /// How many bytes objects and uploaded parts may take together. 0 or more. A write that would take more, net of what it replaces, is
    /// <see cref="StorageErrorCode.InsufficientStorage"/> and changes nothing. Default: <see langword="null"/>, no limit but the process's
    /// memory.
    /// </summary>
    public long? Capacity { get; set; }
}
