using System.Security.Cryptography;

namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>
/// Plain .NET code with the promise of a Local put. It uses a temporary file in the same folder, computes the digest, flushes to the disk,
/// renames, and flushes the folder. It keeps no properties, no metadata and no ETag, takes no lock, and reaches outside its folder if the
/// name says so.
/// </summary>
internal static class PlainFiles
{
    /// <summary>The fastest size for writing and hashing here. The default of <see cref="Stream.CopyToAsync(Stream)"/> is slower.</summary>
    private const int BufferSize = 1024 * 1024;

    /// <returns>The digest.</returns>
    public static async Task<string> PutAsync(string path, Stream source, CancellationToken cancellationToken)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        await using (FileStream file = Create(temporary))
        {
            int count;
            while ((count = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }

            file.Flush(flushToDisk: true);
        }

        Publish(temporary, path);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <returns>The digest.</returns>
    public static async Task<string> PutAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        await using (FileStream file = Create(temporary))
        {
            await file.WriteAsync(bytes, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        Publish(temporary, path);
        return Convert.ToHexStringLower(MD5.HashData(bytes));
    }

    /// <summary>Copies a file inside the kernel, with the same promise.</summary>
    public static void Copy(string source, string path)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        File.Copy(source, temporary);
        using (var file = new FileStream(temporary, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Flush(flushToDisk: true);
        }

        Publish(temporary, path);
    }

    /// <summary>It has no buffer, because the writes are large enough.</summary>
    private static FileStream Create(string path) =>
        new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

    private static void Publish(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        SystemDisk.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
