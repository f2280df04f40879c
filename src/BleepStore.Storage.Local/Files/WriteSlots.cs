using BleepStore.Storage.Local.Native;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// Bounds the writes at work in the process. The runtime ends a process that has no file left to open. A write holds up to four. So a
/// quarter as many writes are at work as the process may open files, and the others wait.
/// </summary>
internal static class WriteSlots
{
    private const int Fewest = 4;

    private static readonly SemaphoreSlim Free = new((int)Math.Clamp(ProcessLimits.OpenFiles / 4, Fewest, int.MaxValue));

    /// <summary>
    /// A write can wait for the bytes of its caller, and the caller for another write. So the wait ends. Shortened by tests.
    /// </summary>
    internal static TimeSpan Longest { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the write may open files. Each call that succeeds is followed by one of <see cref="Release"/>.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/> after <see cref="Longest"/>.</exception>
    public static async Task TakeAsync(CancellationToken cancellationToken)
    {
        if (!await Free.WaitAsync(Longest, cancellationToken).ConfigureAwait(false))
        {
            throw LocalErrors.NoSlot();
        }
    }

    public static void Release() => Free.Release();
}
