using System.Buffers;

namespace BleepStore.Storage.Local.IO;

/// <summary>
/// Copies bytes from file to file. The kernel copies them where it can, and shares blocks instead of copying if the file system supports
/// that. Otherwise the bytes are copied through a buffer.
/// </summary>
internal static class FileCopy
{
    /// <summary>The number of bytes that are copied between two checks of the token.</summary>
    private const long Chunk = 32 * 1024 * 1024;

    private const int BufferSize = 1024 * 1024;

    /// <summary>Copies exactly a range.</summary>
    /// <param name="from">The source.</param>
    /// <param name="fromOffset">The first byte.</param>
    /// <param name="to">The target.</param>
    /// <param name="toOffset">The offset in the target.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="flushesEarly">Whether the disk begins to write during the copy, because the file will be flushed.</param>
    /// <param name="cancellationToken">Stops the copy between two chunks.</param>
    /// <exception cref="StorageException">The source is shorter than the range, or the disk fails.</exception>
    public static void Run(
        DiskFile from, long fromOffset, DiskFile to, long toOffset, long count, bool flushesEarly, CancellationToken cancellationToken)
    {
        bool inKernel = true;
        while (count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = toOffset;
            long copied = 0;
            if (inKernel)
            {
                DiskError error = from.CopyTo(ref fromOffset, to, ref toOffset, Math.Min(count, Chunk), out copied);
                inKernel = error is not (DiskError.OtherDisk or DiskError.Invalid or DiskError.NotSupported
                    or DiskError.NotThere or DiskError.NotPermitted);
                LocalErrors.Check(inKernel ? error : DiskError.None, "Copying");

                // Some file systems return 0 for bytes that they cannot copy this way. A read tells whether the source has ended.
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
                to.StartFlushing(start, copied);
            }
        }
    }

    private static int CopyBuffer(DiskFile from, long fromOffset, DiskFile to, long toOffset, long count)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Span<byte> wanted = buffer.AsSpan(0, (int)Math.Min(count, buffer.Length));
            LocalErrors.Check(from.Read(wanted, fromOffset, out int read), "Reading the source");
            LocalErrors.Check(to.Write(buffer.AsSpan(0, read), toOffset), "Writing the copy");
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
