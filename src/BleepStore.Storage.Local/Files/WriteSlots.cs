using BleepStore.Storage.Local.Native;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// Bounds the writes at work in the process, so that it does not run out of files to open: the runtime itself ends a process that has none
/// left. A write holds up to three. So a quarter of what the process may open is for writes, and the others wait.
/// </summary>
internal static class WriteSlots
{
    private const int Fewest = 4;

    private static readonly SemaphoreSlim Free = new((int)Math.Clamp(ProcessLimits.OpenFiles / 4, Fewest, int.MaxValue));

    /// <summary>Waits until the write may open files. Each call that succeeds is followed by one of <see cref="Release"/>.</summary>
    public static Task TakeAsync(CancellationToken cancellationToken) => Free.WaitAsync(cancellationToken);

    public static void Release() => Free.Release();
}
