using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Native;

/// <summary>
/// Reads the entries of a folder that is held open. The enumeration of .NET opens a path, which may lead elsewhere by then. It also mangles
/// names that are not UTF-8.
/// </summary>
internal static class FolderReader
{
    private const int BufferSize = 64 * 1024;

    // The fields of struct linux_dirent64 are inode, position, length of the record, type, and name up to a NUL.
    private const int LengthAt = 16;
    private const int TypeAt = 18;
    private const int NameAt = 19;

    /// <summary>The number of getdents64.</summary>
    private static readonly nint Number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 217,
        Architecture.Ppc64le => 202,
        Architecture.S390x => 220,
        _ => 61,
    };

    /// <summary>
    /// Reads all entries but <c>.</c> and <c>..</c>, in no order. <see cref="Errno.ENOENT"/> means that the folder was removed after it was
    /// opened.
    /// </summary>
    /// <param name="folder">A folder that was opened for this purpose. It is read from its current position.</param>
    /// <param name="entries">Receives the entries.</param>
    public static int Read(SafeHandle folder, List<FolderEntry> entries)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                nint count = Libc.GetDents64(Number, folder, buffer, buffer.Length);
                if (count <= 0)
                {
                    return Posix.Result(count);
                }

                Parse(folder, buffer.AsSpan(0, (int)count), entries);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Parse(SafeHandle folder, ReadOnlySpan<byte> records, List<FolderEntry> entries)
    {
        while (records.Length > NameAt)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(records[LengthAt..]);
            if (!BitConverter.IsLittleEndian)
            {
                length = BinaryPrimitives.ReverseEndianness((ushort)length);
            }

            ReadOnlySpan<byte> name = records[NameAt..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                string? text = Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : null;
                entries.Add(new FolderEntry(text, KindOf(folder, text, records[TypeAt]), text is null ? Show(name) : null));
            }

            records = records[length..];
        }
    }

    /// <summary>Returns the UTF-8 text of a name, with the number of every invalid byte.</summary>
    private static string Show(ReadOnlySpan<byte> name)
    {
        var shown = new StringBuilder(name.Length + 16);
        Span<char> character = stackalloc char[2];
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out Rune rune, out int length) == OperationStatus.Done)
            {
                shown.Append(character[..rune.EncodeToUtf16(character)]);
            }
            else
            {
                length = 1;
                shown.Append(CultureInfo.InvariantCulture, $"\\x{name[0]:x2}");
            }

            name = name[length..];
        }

        return shown.ToString();
    }

    /// <summary>Returns the kind of an entry. Some file systems return the type 0, and the properties of the entry tell the kind.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name of the entry. <see langword="null"/> for a name that is not UTF-8.</param>
    /// <param name="type">The type in the folder.</param>
    internal static EntryKind KindOf(SafeHandle folder, string? name, byte type) => type switch
    {
        4 => EntryKind.Folder,
        8 => EntryKind.File,
        0 when name is not null => Posix.Stat(folder, name, out StatX found) switch
        {
            Errno.None => found.Kind,
            Errno.ENOENT => EntryKind.Other,

            // The opening of the entry reports the error. A listing leaves out other entries.
            _ => EntryKind.File,
        },
        _ => EntryKind.Other,
    };
}
