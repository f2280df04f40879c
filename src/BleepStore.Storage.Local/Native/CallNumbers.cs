using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Native;

/// <summary>
/// The numbers of system calls that not every libc exports. Version 1.2.5 of musl lacks <c>renameat2</c>. Older versions lack <c>statx</c>
/// and <c>preadv2</c>. The kernel's <c>syscall_64.tbl</c> and <c>asm-generic/unistd.h</c> list the numbers.
/// </summary>
internal static class CallNumbers
{
    public static nint StatX { get; } = Choose(x64: 332, ppc64: 383, s390: 379, generic: 291);

    public static nint PReadV2 { get; } = Choose(x64: 327, ppc64: 380, s390: 376, generic: 286);

    public static nint RenameAt2 { get; } = Choose(x64: 316, ppc64: 357, s390: 347, generic: 276);

    private static nint Choose(nint x64, nint ppc64, nint s390, nint generic) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Ppc64le => ppc64,
        Architecture.S390x => s390,
        _ => generic,
    };
}
