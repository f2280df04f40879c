using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Commit;

/// <summary>
/// Bounds the writes at work in the process. The runtime ends a process that has no file left to open. A write holds up to four. So a
/// quarter as many writes are at work as the process may open files, and the others wait.
/// </summary>
internal static class WriteSlots
{
    private const int Fewest = 4;

    private static SemaphoreSlim? _free;

    /// <summary>
    /// A write can wait for the bytes of its caller, and the caller for another write. So the wait ends. Shortened by tests.
    /// </summary>
    internal static TimeSpan Longest { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the write may open files. Each call that succeeds is followed by one of <see cref="Release"/>.</summary>
    /// <param name="layer">Knows how many files the process may open.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/> after <see cref="Longest"/>.</exception>
    public static async Task TakeAsync(FileLayer layer, CancellationToken cancellationToken)
    {
        SemaphoreSlim free = Volatile.Read(ref _free) ?? Make(layer);
        if (!await free.WaitAsync(Longest, cancellationToken).ConfigureAwait(false))
        {
            throw LocalErrors.NoSlot();
        }
    }

    public static void Release() => _free!.Release();

    /// <summary>The first caller's layer counts. The limit is the process's, so all layers know the same.</summary>
    private static SemaphoreSlim Make(FileLayer layer)
    {
        var made = new SemaphoreSlim((int)Math.Clamp(layer.MostOpenFiles / 4, Fewest, int.MaxValue));
        return Interlocked.CompareExchange(ref _free, made, comparand: null) ?? made;
    }
}
