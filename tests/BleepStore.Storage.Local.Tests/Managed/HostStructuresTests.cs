using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;

namespace BleepStore.Storage.Local.Tests.Managed;

/// <summary>The structures of Windows and macOS, byte by byte as their headers declare them.</summary>
public class HostStructuresTests
{
    /// <summary><c>struct stat</c> with inodes of 64 bits, of <c>sys/stat.h</c>.</summary>
    [TestCase(0x81A4, true, false, false)]
    [TestCase(0x41ED, false, true, false)]
    [TestCase(0xA1FF, false, false, true)]
    [TestCase(0x1180, false, false, false)]
    public void A_status_of_macOS(int mode, bool isFile, bool isFolder, bool isLink)
    {
        byte[] bytes = new byte[144];
        bytes.AsSpan().Fill(0xEE);
        Span<byte> at = bytes;
        BinaryPrimitives.WriteInt32LittleEndian(at, 0x0100_0004);
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], (ushort)mode);
        BinaryPrimitives.WriteUInt16LittleEndian(at[6..], 3);
        BinaryPrimitives.WriteUInt64LittleEndian(at[8..], 12_345_678_901);
        for (int time = 0; time < 4; time++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at[(32 + (16 * time))..], 1_700_000_000 + time);
            BinaryPrimitives.WriteInt64LittleEndian(at[(40 + (16 * time))..], 123_456_789);
        }

        BinaryPrimitives.WriteInt64LittleEndian(at[96..], 5_000_000_000);

        FileStatus status = MemoryMarshal.Read<MacStatus>(bytes).ToStatus();

        Assert.That(Marshal.SizeOf<MacStatus>(), Is.EqualTo(bytes.Length));
        Assert.That((status.IsFile, status.IsFolder, status.IsLink, status.IsGone), Is.EqualTo((isFile, isFolder, isLink, false)));
        Assert.That((status.Device, status.Inode, status.Size), Is.EqualTo((0x0100_0004UL, 12_345_678_901UL, 5_000_000_000L)));
        Assert.That(
            (status.Modified, status.Changed, status.Born),
            Is.EqualTo((1_700_000_001_123_456_789, 1_700_000_002_123_456_789, 1_700_000_003_123_456_789)));
    }

    /// <summary><c>FILE_RENAME_INFO</c>. The flags and the handle take eight bytes each in a process of 64 bits.</summary>
    [Test]
    public void A_request_to_rename_of_Windows()
    {
        byte[] rename = Win32.RenameOf(@"C:\ä", 0x43);

        Assert.That(rename[..4], Is.EqualTo(new byte[] { 0x43, 0, 0, 0 }));
        Assert.That(rename[4..16], Is.All.Zero);
        Assert.That(BinaryPrimitives.ReadInt32LittleEndian(rename.AsSpan(16)), Is.EqualTo(8), "bytes, without the NUL at the end");
        Assert.That(Encoding.Unicode.GetString(rename[20..]), Is.EqualTo("C:\\ä\0"));
    }

    /// <summary><c>BY_HANDLE_FILE_INFORMATION</c>, whose times have four bytes before them.</summary>
    [Test]
    public void The_properties_of_a_file_of_Windows()
    {
        byte[] bytes = new byte[52];
        for (int word = 0; word < 13; word++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * word), word);
        }

        var read = MemoryMarshal.Read<Win32.FileInformation>(bytes);

        Assert.That(
            (read.Attributes, read.Volume, read.SizeHigh, read.SizeLow, read.Links, read.IdHigh, read.IdLow),
            Is.EqualTo((0u, 7u, 8u, 9u, 10u, 11u, 12u)));
    }

    /// <summary><c>FILE_BASIC_INFO</c>, <c>FILE_STANDARD_INFO</c> and <c>FILE_ATTRIBUTE_TAG_INFO</c>.</summary>
    [Test]
    public void The_times_links_and_tags_of_a_file_of_Windows()
    {
        byte[] bytes = [.. Enumerable.Range(0, 40).Select(static at => (byte)(at % 8 == 0 ? at / 8 : 0))];

        var times = MemoryMarshal.Read<Win32.FileTimes>(bytes);
        var standard = MemoryMarshal.Read<Win32.FileStandard>(Enumerable.Range(0, 24).Select(static at => (byte)at).ToArray());
        var tag = MemoryMarshal.Read<Win32.AttributeTag>(new byte[] { 1, 0, 0, 0, 12, 0, 0, 0xA0 });

        Assert.That((times.Created, times.Written, times.Changed), Is.EqualTo((0L, 2L, 3L)));
        Assert.That((standard.Links, standard.IsDeletePending), Is.EqualTo((0x1312_1110u, (byte)20)));
        Assert.That(tag.Reparse, Is.EqualTo(0xA000_000Cu));
        Assert.That(
            (Marshal.SizeOf<Win32.FileTimes>(), Marshal.SizeOf<Win32.FileStandard>(), Marshal.SizeOf<Win32.AttributeTag>()),
            Is.EqualTo((40, 24, 8)));
    }
}
