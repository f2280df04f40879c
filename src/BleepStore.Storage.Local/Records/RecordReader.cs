using System.Buffers;
using System.Globalization;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// Reads objects' records. A record is an extended attribute of its file. It moves with the file and arrives in the same rename. If the
/// file system has no attributes, or the record is too large for an attribute, the record is a file in <c>.bleepstore/meta</c>. The file is
/// named after the key and the inode, so it belongs to one write. <see cref="RecordKeeper"/> writes records.
/// </summary>
/// <param name="root">The store's root.</param>
internal sealed class RecordReader(LocalRoot root)
{
    /// <summary>The extended attribute.</summary>
    public const string Attribute = "user.bleepstore";

    /// <summary>The folder of the records that are files.</summary>
    public const string FolderPath = LocalRoot.Internals + "/" + FolderName;

    /// <summary>The name of the folder in <see cref="LocalRoot.Internals"/>.</summary>
    public const string FolderName = "meta";

    private const int LargestFile = 1024 * 1024;

    /// <summary>Returns the name of a record that is a file.</summary>
    public static string NameOf(Place place, ulong inode) => string.Create(CultureInfo.InvariantCulture, $"{place.Digest}.{inode:x}");

    /// <summary>
    /// Reads the record of an open object. A record that does not fit the file is ignored, because another program has changed the file.
    /// </summary>
    public ObjectRecord? Read(Place place, DiskFile file, in FileStatus status, out RecordTrust trust)
    {
        ObjectRecord? record = ReadAttribute(file);
        trust = TrustIn(record, status);
        if (trust is RecordTrust.None or RecordTrust.InDoubt && ReadFile(place, status.Inode) is { } other)
        {
            // An old attribute stays when its successor did not fit into an attribute.
            RecordTrust otherTrust = TrustIn(other, status);
            bool isBetter = trust == RecordTrust.None || otherTrust is RecordTrust.Believed or RecordTrust.Refuted;
            (record, trust) = isBetter ? (other, otherTrust) : (record, trust);
        }

        return trust == RecordTrust.None ? null : record;
    }

    /// <summary>Reads a record's file. The file holds the bucket and the key, then the record.</summary>
    public static DiskError ReadFile(DiskFile file, out string bucket, out string key, out ObjectRecord? record)
    {
        (bucket, key, record) = ("", "", null);
        DiskError error = file.Stat(out FileStatus status);
        if (error != DiskError.None)
        {
            return error;
        }

        byte[] buffer = new byte[(int)Math.Min(status.Size, LargestFile)];
        error = file.Read(buffer, 0, out int count);
        ReadOnlySpan<byte> bytes = buffer.AsSpan(0, count);
        try
        {
            bucket = PackedCodec.ReadText(ref bytes);
            key = PackedCodec.ReadText(ref bytes);
            record = RecordCodec.TryDecode(bytes);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The file is truncated, or another program wrote it.
        }

        return error;
    }

    private static RecordTrust TrustIn(ObjectRecord? record, in FileStatus status)
    {
        if (record is null || record.Size != status.Size || record.Modified != status.Modified)
        {
            return RecordTrust.None;
        }

        return record.File != FileIdentity.Of(status) ? RecordTrust.InDoubt : record.IsRefuted ? RecordTrust.Refuted : RecordTrust.Believed;
    }

    private static ObjectRecord? ReadAttribute(DiskFile file)
    {
        Span<byte> buffer = stackalloc byte[1024];
        DiskError error = file.GetAttribute(Attribute, buffer, out int size);
        if (error == DiskError.None)
        {
            return RecordCodec.TryDecode(buffer[..size]);
        }

        if (error is not DiskError.BufferTooSmall)
        {
            LocalErrors.Check(
                error is DiskError.NoAttribute or DiskError.NotSupported or DiskError.NotPermitted ? DiskError.None : error,
                "Reading the object's attributes");
            return null;
        }

        byte[] large = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            return file.GetAttribute(Attribute, large, out size) == DiskError.None ? RecordCodec.TryDecode(large.AsSpan(0, size)) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(large);
        }
    }

    private ObjectRecord? ReadFile(Place place, ulong inode)
    {
        DiskError error = root.OpenFile($"{FolderPath}/{NameOf(place, inode)}", out DiskFile file);
        using (file)
        {
            if (error is DiskError.NotFound)
            {
                return null;
            }

            LocalErrors.Check(error, "Opening the object's record");
            LocalErrors.Check(ReadFile(file, out string bucket, out string key, out ObjectRecord? record), "Reading the object's record");
            return bucket == place.Bucket && key == place.Key ? record : null;
        }
    }
}
