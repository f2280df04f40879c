using System.Buffers;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// Copies bytes from file to file inside the kernel, which on file systems that can share blocks copies none; through a buffer where it
/// cannot.
/// </summary>
internal static class FileCopy
{
    /// <summary>How much is copied between two looks at the token.</summary>
    private const long Chunk = 32 * 1024 * 1024;

    private const int BufferSize = 1024 * 1024;

    /// <summary>Copies exactly a range.</summary>
    /// <param name="from">The source.</param>
    /// <param name="fromOffset">The first byte.</param>
    /// <param name="to">The target.</param>
    /// <param name="toOffset">Where it goes.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="flushesEarly">Whether the disk begins to write meanwhile, because the file will be flushed.</param>
    /// <param name="cancellationToken">Stops it between two chunks.</param>
    /// <exception cref="StorageException">The source ended before, or the disk fails.</exception>
    public static void Run(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long count, bool flushesEarly, CancellationToken cancellationToken)
    {
        bool inKernel = true;
        while (count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = toOffset;
            long copied = 0;
            if (inKernel)
            {
                int error = Posix.Copy(from, ref fromOffset, to, ref toOffset, Math.Min(count, Chunk), out copied);
                inKernel = error is not (Errno.EXDEV or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EPERM);
                LocalErrors.Check(inKernel ? error : Errno.None, "Copying");

                // Some file systems answer 0 for what they cannot copy this way; reading tells whether it is the source's end.
                inKernel &= copied > 0;
            }

            if (!inKernel)
            {
                copied = CopyBuffer(from, fromOffset, to, toOffset, count);
                fromOffset += copied;
                toOffset += copied;
            }

            if (copied == 0)
            {
                throw new StorageException(StorageErrorCode.PreconditionFailed, "The source was made shorter while it was copied.");
            }

            count -= copied;
            if (flushesEarly && count > 0)
            {
                Posix.StartFlushing(to, start, copied);
            }
        }
    }

    private static int CopyBuffer(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long count)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            LocalErrors.Check(Posix.Read(from, buffer.AsSpan(0, (int)Math.Min(count, buffer.Length)), fromOffset, out int read), "Reading the source");
            LocalErrors.Check(Posix.Write(to, buffer.AsSpan(0, read), toOffset), "Writing the copy");
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
