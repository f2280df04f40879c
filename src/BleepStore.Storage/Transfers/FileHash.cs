using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>Hashes the bytes of a file.</summary>
internal static class FileHash
{
    /// <summary>How many bytes a hash holds at a time.</summary>
    public const int BufferSize = 1024 * 1024;

    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes. For a shorter file, the hash covers the existing bytes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<byte[]> Md5Async(SafeFileHandle file, long offset, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            for (long done = 0; done < length; done += count)
            {
                Memory<byte> wanted = buffer.AsMemory(0, (int)Math.Min(BufferSize, length - done));
                count = await RandomAccess.ReadAsync(file, wanted, offset + done, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                hash.AppendData(wanted.Span[..count]);
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
