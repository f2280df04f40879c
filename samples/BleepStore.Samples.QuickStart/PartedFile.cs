using System.Buffers;
using BleepStore.Storage;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Samples.QuickStart;

/// <summary>
/// Uploads a file in parts, several at a time. <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/> accepts files
/// of any size. This class is for programs that need to control the parts.
/// </summary>
internal static class PartedFile
{
    /// <summary>As the library's own default, so that the ETag is the one that a put of the same bytes would have.</summary>
    public const int PartSize = 8 * 1024 * 1024;

    /// <summary>Together with <see cref="PartSize"/>, this limits the memory to two parts, whatever the size of the file.</summary>
    private const int PartsAtATime = 2;

    public static async Task<ObjectProperties> UploadAsync(Bucket bucket, string key, FileInfo file, CancellationToken cancellationToken)
    {
        var attributes = new MultipartOptions { ContentType = "text/plain" };
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(key, attributes, cancellationToken);
        try
        {
            PartInfo[] parts = await UploadPartsAsync(upload, file, cancellationToken);
            return await upload.CompleteAsync(parts, cancellationToken: cancellationToken);
        }
        catch
        {
            // Parts take up room until they are aborted. The caller's token is not used, because it may have ended the upload.
            await upload.AbortAsync(CancellationToken.None);
            throw;
        }
    }

    private static async Task<PartInfo[]> UploadPartsAsync(MultipartUpload upload, FileInfo file, CancellationToken cancellationToken)
    {
        using SafeFileHandle handle = File.OpenHandle(file.FullName, options: FileOptions.Asynchronous);
        var parts = new PartInfo[(int)((file.Length + PartSize - 1) / PartSize)];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PartsAtATime, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, parts.Length, parallel, async (index, token) =>
            parts[index] = await UploadPartAsync(upload, handle, index, token));
        return parts;
    }

    private static async Task<PartInfo> UploadPartAsync(
        MultipartUpload upload, SafeFileHandle file, int index, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PartSize);
        try
        {
            Memory<byte> part = buffer.AsMemory(0, PartSize);
            part = part[..await ReadAsync(file, part, (long)index * PartSize, cancellationToken)];
            PartInfo stored = await upload.UploadPartAsync(index + 1, part, cancellationToken: cancellationToken);
            Console.WriteLine($"   part {stored.PartNumber}: {stored.Size:N0} bytes, ETag {stored.ETag}");
            return stored;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> ReadAsync(SafeFileHandle file, Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = await RandomAccess.ReadAsync(file, buffer[total..], offset + total, cancellationToken);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }
}
