using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Native;

internal static partial class Posix
{
    private const int OnlyIfCached = 8;
    private const uint StartWriting = 2;

    /// <summary>
    /// Reads the bytes that are in memory, without waiting for the disk. Returns <see cref="Errno.EAGAIN"/> if no bytes are in memory.
    /// </summary>
    public static unsafe int ReadCached(SafeHandle file, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* start = buffer)
        {
            var vector = new Libc.IoVector { Base = start, Length = buffer.Length };
            nint read = Libc.PReadV2(CallNumbers.PReadV2, file, &vector, 1, (nint)offset, 0, OnlyIfCached);
            count = read < 0 ? 0 : (int)read;
            return Result(read);
        }
    }

    /// <summary>
    /// Asks the system to begin writing a range to the disk, so the later flush has less to write. The call is a hint. It promises nothing,
    /// and its failure loses nothing.
    /// </summary>
    public static void StartFlushing(SafeHandle file, long offset, long count) => _ = Libc.SyncFileRange(file, offset, count, StartWriting);

    /// <summary>Makes a file empty.</summary>
    public static int Truncate(SafeHandle file) => Result(Libc.FTruncate(file, 0));

    /// <summary>
    /// Copies bytes between files inside the kernel. The kernel may copy fewer bytes than requested. It copies 0 bytes at the end of the
    /// source.
    /// </summary>
    public static int Copy(SafeHandle from, ref long fromOffset, SafeHandle to, ref long toOffset, long count, out long copied)
    {
        int error;
        do
        {
            nint result = Libc.CopyFileRange(from, ref fromOffset, to, ref toOffset, (nint)count, 0);
            error = Result(result);
            copied = Math.Max(result, 0);
        }
        while (error == Errno.EINTR);
        return error;
    }

    public static int SetAttribute(SafeHandle file, string name, ReadOnlySpan<byte> value) =>
        Result(Libc.FSetXAttr(file, name, value, value.Length, 0));

    /// <summary>
    /// Reads an extended attribute. Returns <see cref="Errno.ENODATA"/> if the file does not have it, and <see cref="Errno.ERANGE"/> if the
    /// buffer is too small.
    /// </summary>
    public static int GetAttribute(SafeHandle file, string name, Span<byte> buffer, out int size)
    {
        nint result = Libc.FGetXAttr(file, name, buffer, buffer.Length);
        size = (int)Math.Max(result, 0);
        return Result(result);
    }
}
