namespace BleepStore.Storage.Local.Native;

/// <summary>The types of file systems (<c>linux/magic.h</c>, and <c>fs/exfat/exfat_fs.h</c> of the kernel).</summary>
internal static class FileSystemTypes
{
    private const uint Fat = 0x4D44;
    private const uint ExFat = 0x2011_BAB0;

    /// <summary>Whether the kernel invents the number of a file each time that it reads the file's entry into memory.</summary>
    public static bool InventsNumbers(uint type) => type is Fat or ExFat;
}
