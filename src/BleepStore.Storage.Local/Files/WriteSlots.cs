using BleepStore.Storage.Local.Native;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// Bounds the writes at work in the process, so that it does not run out of files to open: the runtime itself ends a process that has none
/// left. A write holds up to four. So a quarter of what the process may open is for writes, and the others wait.
/// </summary>
internal static class WriteSlots
{
    private const int Fewest = 4;

    private static readonly SemaphoreSlim Free = new((int)Math.Clamp(ProcessLimits.OpenFiles / 4, Fewest, int.MaxValue));

    /// <summary>
    /// A write can wait for the bytes of its caller, and the caller for another write. So the wait ends.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the write may open files. Each call that succeeds is followed by one of <see cref="Release"/>.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/> after 30 seconds.</exception>
    public static async Task TakeAsync(CancellationToken cancellationToken)
    {
        if (!await Free.WaitAsync(Longest, cancellationToken).ConfigureAwait(false))
        {
            throw LocalErrors.NoSlot();
        }
    }

    public static void Release() => Free.Release();
}
