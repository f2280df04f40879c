using System.Runtime.InteropServices;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Native;

/// <summary>Flags of <c>open</c>. Every file is closed on exec; none of them follows a symbolic link at its end.</summary>
internal static class OpenFlags
{
    private const int WriteOnly = 0x1;
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>ARM and POWER number these two differently.</summary>
    private static readonly bool IsOwnNumbering =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le;

    private static readonly int IsFolder = IsOwnNumbering ? 0x4000 : 0x10000;

    /// <summary>Refuses a symbolic link at the end of the path. Part of all flags but the root's.</summary>
    public static int NoFollow { get; } = IsOwnNumbering ? 0x8000 : 0x20000;

    /// <summary>To read. Not blocking, so that a pipe that someone put into a bucket does not hold the caller.</summary>
    public static int Read { get; } = NonBlocking | CloseOnExec | NoFollow;

    /// <summary>A folder, to read, to flush and to reach what is in it.</summary>
    public static int Folder { get; } = IsFolder | CloseOnExec | NoFollow;

    /// <summary>The root, whose own path may lead through links: it is the administrator's.</summary>
    public static int Root { get; } = IsFolder | CloseOnExec;

    public static int Of(Opening opening) => opening switch
    {
        Opening.Read => Read,
        Opening.New => New,
        Opening.ExistingLock => ExistingLock,
        _ => Lock,
    };

    /// <summary>A new file, to write.</summary>
    public static int New { get; } = WriteOnly | Create | Exclusive | CloseOnExec | NoFollow;

    /// <summary>A file to hold locks on that is there.</summary>
    public static int ExistingLock { get; } = ReadWrite | CloseOnExec | NoFollow;

    /// <summary>A file to hold locks on, made if it is not there.</summary>
    public static int Lock { get; } = ReadWrite | Create | CloseOnExec | NoFollow;
}
