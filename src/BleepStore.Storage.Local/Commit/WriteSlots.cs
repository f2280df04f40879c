using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Commit;

/// <summary>
/// Limits the concurrent writes of the process. The runtime ends a process that can open no more files. A write holds up to four files. So
/// the limit is a quarter of the files that the process may open. Further writes wait.
/// </summary>
internal static class WriteSlots
{
    private const int Fewest = 4;

    private static SemaphoreSlim? _free;

    /// <summary>
    /// The longest wait. A write can wait for the bytes of its caller, and the caller for another write, so the wait must end. Tests
    /// shorten it.
    /// </summary>
    internal static TimeSpan Longest { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the write may open files. Each successful call must be followed by one call of <see cref="Release"/>.</summary>
    /// <param name="layer">The file layer, which knows how many files the process may open.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/> after <see cref="Longest"/>.</exception>
    public static async Task TakeAsync(FileLayer layer, CancellationToken cancellationToken)
    {
        SemaphoreSlim free = Volatile.Read(ref _free) ?? Make(layer);

        // The limit belongs to the process, so the wait uses the system's clock.
        if (!await free.WaitAsync(Longest, cancellationToken).ConfigureAwait(false))
        {
            throw LocalErrors.NoSlot();
        }
    }

    public static void Release() => _free!.Release();

    /// <summary>Only the layer of the first caller is asked. The limit belongs to the process, so all layers know the same limit.</summary>
    private static SemaphoreSlim Make(FileLayer layer)
    {
        var made = new SemaphoreSlim((int)Math.Clamp(layer.MostOpenFiles / 4, Fewest, int.MaxValue));
        return Interlocked.CompareExchange(ref _free, made, comparand: null) ?? made;
    }
}
