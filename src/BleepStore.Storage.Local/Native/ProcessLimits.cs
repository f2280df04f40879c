using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Native;

/// <summary>
/// The limits of the process (<c>getrlimit</c>), numbered as in <c>asm-generic/resource.h</c>. The limit of file sizes and its signal have
/// the same numbers on macOS.
/// </summary>
internal static class ProcessLimits
{
    private const int FileSize = 1;
    private const int Files = 7;

    /// <summary>The number that means "no limit" on macOS. That of Linux is larger.</summary>
    private const ulong NoLimitOfMac = long.MaxValue;

    /// <summary>SIGXFSZ. By default the signal ends the process with a dump.</summary>
    private const PosixSignal FileIsTooLarge = (PosixSignal)25;

    private static readonly Lock Gate = new();
    private static PosixSignalRegistration? _tooLarge;

    /// <summary>How many files the process may have open. The system is asked once.</summary>
    public static ulong OpenFiles { get; } = Of(Files);

    /// <summary>
    /// If the size of files is limited, handles the signal that the system sends for a write above the limit. Without the handler the
    /// signal ends the process. With the handler the write returns <see cref="Errno.EFBIG"/>.
    /// </summary>
    public static void SurviveLargeFiles()
    {
        lock (Gate)
        {
            if (_tooLarge is null && Of(FileSize) < NoLimitOfMac)
            {
                _tooLarge = PosixSignalRegistration.Create(FileIsTooLarge, static context => context.Cancel = true);
            }
        }
    }

    private static ulong Of(int resource) => Libc.GetRLimit(resource, out Libc.Limit limit) == 0 ? limit.Current : ulong.MaxValue;
}
