using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Uploads;

/// <summary>
/// The file of a part. It holds the bytes, then a tail with their ETag and size. The tail is in the file itself, so one rename publishes
/// all of it, also on file systems without attributes. The tail is at the end, so the bytes can be copied from offset 0.
/// </summary>
internal static class PartFile
{
    private const int TailSize = MD5.HashSizeInBytes + sizeof(long) + sizeof(ulong);
    private const ulong Mark = 0x7472_6170_7065_6C62;

    /// <summary>The mark of a part whose ETag is not the MD5 of its bytes.</summary>
    private const ulong CopiedMark = 0x7970_6F63_7065_6C62;

    public static string NameOf(int partNumber) => partNumber.ToString("D5", CultureInfo.InvariantCulture);

    public static bool TryReadName(string? name, out int partNumber)
    {
        partNumber = 0;
        return name is { Length: 5 } && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out partNumber);
    }

    /// <summary>Writes the tail of a part's file.</summary>
    /// <param name="file">The file, with only the bytes.</param>
    /// <param name="partNumber">The part's number.</param>
    /// <param name="etag">Its ETag.</param>
    /// <param name="isCopied">Whether the ETag names the source of the bytes instead of their MD5.</param>
    public static PartInfo Seal(DiskFile file, int partNumber, string etag, bool isCopied = false)
    {
        LocalErrors.Check(file.Stat(out FileStatus status), "Writing the part");
        Span<byte> tail = stackalloc byte[TailSize];
        if (!ETags.TryParseMd5(etag, tail[..MD5.HashSizeInBytes]))
        {
            throw new StorageException(StorageErrorCode.InternalError, $"The ETag of a part is no MD5: {etag}.");
        }

        BinaryPrimitives.WriteInt64LittleEndian(tail[MD5.HashSizeInBytes..], status.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(tail[(MD5.HashSizeInBytes + sizeof(long))..], isCopied ? CopiedMark : Mark);
        LocalErrors.Check(file.Write(tail, status.Size), "Writing the part");
        LocalErrors.Check(file.Stat(out status), "Writing the part");
        return new PartInfo { PartNumber = partNumber, ETag = etag, Size = status.Size - TailSize, LastModified = status.LastModified };
    }

    /// <summary>Opens a part and reads its tail.</summary>
    /// <returns>The part. <see langword="null"/> when no part has this number.</returns>
    public static PartInfo? TryOpen(DiskFolder folder, int partNumber, out DiskFile file)
    {
        DiskError error = folder.OpenFile(NameOf(partNumber), out file);
        if (error == DiskError.NotFound)
        {
            return null;
        }

        LocalErrors.Check(error, "Opening a part");
        try
        {
            return Read(file, partNumber);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the ETag of an open part is the MD5 of its bytes.</summary>
    public static bool IsHashed(DiskFile file, PartInfo part)
    {
        Span<byte> mark = stackalloc byte[sizeof(ulong)];
        LocalErrors.Check(file.Read(mark, part.Size + TailSize - sizeof(ulong), out _), "Reading a part");
        return BinaryPrimitives.ReadUInt64LittleEndian(mark) == Mark;
    }

    private static PartInfo Read(DiskFile file, int partNumber)
    {
        LocalErrors.Check(file.Stat(out FileStatus status), "Reading a part");
        long size = status.Size - TailSize;
        Span<byte> tail = stackalloc byte[TailSize];
        int count = 0;
        LocalErrors.Check(size >= 0 ? file.Read(tail, size, out count) : DiskError.None, "Reading a part");
        if (count != TailSize
            || BinaryPrimitives.ReadUInt64LittleEndian(tail[(MD5.HashSizeInBytes + sizeof(long))..]) is not (Mark or CopiedMark)
            || BinaryPrimitives.ReadInt64LittleEndian(tail[MD5.HashSizeInBytes..]) != size)
        {
            throw new StorageException(StorageErrorCode.InvalidPart, $"The file of part {partNumber} was damaged. Upload the part again.");
        }

        return new PartInfo
        {
            PartNumber = partNumber,
            ETag = ETags.FromMd5(tail[..MD5.HashSizeInBytes]),
            Size = size,
            LastModified = status.LastModified,
        };
    }
}
