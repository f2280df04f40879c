namespace BleepStore.Storage.InMemory;

/// <summary>The options of the in-memory backend.</summary>
public sealed class InMemoryBackendOptions
{
    /// <summary>
    /// How many bytes objects and uploaded parts may take together. 0 or more. A write that would exceed the limit, net of the object that
    /// it replaces, fails with <see cref="StorageErrorCode.InsufficientStorage"/> and changes nothing. The default is
    /// <see langword="null"/>, which limits it only by the process's memory.
    /// </summary>
    public long? Capacity { get; set; }
}
