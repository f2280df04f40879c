using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// Tells a file from its copies. A rename or another link does not change the identity. A copy has another inode or, on another disk,
/// another time of birth.
/// </summary>
internal static class FileIdentity
{
    /// <summary>The size of an identity in bytes. An inode of ext4 has room for no more beside the rest of an ordinary record.</summary>
    public const int Size = 5;

    private const ulong Mask = (1UL << (8 * Size)) - 1;

    /// <summary>Returns the identity of a file. It is a digest of the inode and the time of birth, and never 0.</summary>
    public static ulong Of(in FileStatus status)
    {
        ulong digest = Mix(Mix(status.Inode) ^ (ulong)status.Born) & Mask;
        return digest == 0 ? 1 : digest;
    }

    /// <summary>The output function of SplitMix64. Every bit of the input changes half of the bits of the output.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
