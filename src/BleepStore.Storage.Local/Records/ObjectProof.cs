using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Records;

/// <summary>Computes an object's ETag anew from the bytes of its file.</summary>
internal static class ObjectProof
{
    private const int BufferSize = 1024 * 1024;
    private const int DigestLength = 2 * MD5.HashSizeInBytes;

    /// <summary>Whether an ETag belongs to an object made of parts.</summary>
    public static bool IsComposite(string etag) => etag.Length > DigestLength + 1 && etag[DigestLength] == '-';

    /// <summary>Whether an ETag can be computed from the bytes. The ETags of copied parts and of foreign files cannot.</summary>
    public static bool CanRun(ObjectRecord record) =>
        IsComposite(record.ETag)
            ? record.Parts?.IsOf(record.Size) == true
            : ETags.TryParseMd5(record.ETag, stackalloc byte[MD5.HashSizeInBytes]);

    /// <summary>Reads a file whole and compares it with its record.</summary>
    /// <param name="file">The file.</param>
    /// <param name="record">The record. <see cref="CanRun"/> must hold for it.</param>
    /// <param name="onRead">Receives the number of bytes after every read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static bool Run(DiskFile file, ObjectRecord record, Action<int> onRead, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long offset = 0;
            if (record.Parts is null)
            {
                return Hash(file, ref offset, record.Size, buffer, onRead, cancellationToken) is { } md5
                    && ETags.FromMd5(md5) == record.ETag;
            }

            using var whole = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            int count = 0;
            foreach (long size in record.Parts.All)
            {
                if (Hash(file, ref offset, size, buffer, onRead, cancellationToken) is not { } part)
                {
                    return false;
                }

                whole.AppendData(part);
                count++;
            }

            return offset == record.Size
                && record.ETag == string.Create(CultureInfo.InvariantCulture, $"{ETags.FromMd5(whole.GetHashAndReset())}-{count}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>The MD5. <see langword="null"/> when the file ends too early.</returns>
    private static byte[]? Hash(
        DiskFile file, ref long offset, long size, byte[] buffer, Action<int> onRead, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        for (long left = size; left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LocalErrors.Check(file.Read(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)), offset, out int count), "Reading the object");
            if (count == 0)
            {
                return null;
            }

            hash.AppendData(buffer, 0, count);
            offset += count;
            left -= count;
            onRead(count);
        }

        return hash.GetHashAndReset();
    }
}
