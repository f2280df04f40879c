using System.Globalization;
using System.Security.Cryptography;
using BleepStore.Storage;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Samples.AzureBlocks;

/// <summary>The file, cut into parts. Its ETag is computed here and without the library, as docs/multipart.md says.</summary>
internal sealed class SourceFile : IDisposable
{
    /// <summary>As the library's own default, so that the ETag is the one that a put of the same bytes would have.</summary>
    public const int PartSize = 8 * 1024 * 1024;

    private const int GeneratedSize = 40 * 1024 * 1024;

    private readonly SafeFileHandle _handle;

    private SourceFile(FileInfo file)
    {
        _handle = File.OpenHandle(file.FullName, options: FileOptions.Asynchronous);
        Name = file.Name;
        Size = RandomAccess.GetLength(_handle);
        if (Parts > MultipartUpload.MaximumPartNumber)
        {
            _handle.Dispose();
            throw new IOException(
                $"{file.FullName} has {Size:N0} bytes; this sample's parts of {PartSize:N0} reach for " +
                $"{MultipartUpload.MaximumPartNumber} times as much. Name a smaller file.");
        }
    }

    public string Name { get; }

    public long Size { get; }

    /// <summary>How many parts there are. An empty file has one, which is empty.</summary>
    public int Parts => (int)Math.Max(1, Math.Min(int.MaxValue, (Size + PartSize - 1) / PartSize));

    public static SourceFile Open(FileInfo file) => new(file);

    /// <summary>Opens the file that an earlier run has generated, or generates it with lines that all differ.</summary>
    public static async Task<SourceFile> GenerateAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, "generated.txt"));
        if (!file.Exists || file.Length != GeneratedSize)
        {
            await using StreamWriter writer = file.CreateText();
            for (int number = 0; number < GeneratedSize / 64; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"line {number:00000000} ").PadRight(63, '.') + "\n");
            }
        }

        return new SourceFile(file);
    }

    public static string Hex(byte[] md5) => Convert.ToHexStringLower(md5);

    public int SizeOf(int number) => (int)Math.Min(PartSize, Size - ((long)(number - 1) * PartSize));

    /// <summary>Reads a part.</summary>
    /// <returns>The part, at the beginning of the buffer.</returns>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(int number, byte[] buffer, CancellationToken cancellationToken)
    {
        Memory<byte> part = buffer.AsMemory(0, SizeOf(number));
        for (int done = 0; done < part.Length;)
        {
            int count = await RandomAccess.ReadAsync(_handle, part[done..], ((long)(number - 1) * PartSize) + done, cancellationToken);
            done += count > 0 ? count : throw new IOException($"{Name} became shorter while it was read.");
        }

        return part;
    }

    /// <summary>The MD5 of each part, which is the part's ETag.</summary>
    public async Task<IReadOnlyList<byte[]>> HashAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[PartSize];
        var hashes = new List<byte[]>();
        for (int number = 1; number <= Parts; number++)
        {
            hashes.Add(MD5.HashData((await ReadAsync(number, buffer, cancellationToken)).Span));
        }

        return hashes;
    }

    /// <summary>The object's ETag, which is the MD5 of the parts' MD5s, a hyphen and the number of parts.</summary>
    public static string ETagOf(IReadOnlyList<byte[]> parts) =>
        $"{Hex(MD5.HashData([.. parts.SelectMany(static part => part)]))}-{parts.Count}";

    public void Dispose() => _handle.Dispose();
}
