using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Native;

/// <summary>The flags of <c>open</c>. Every file is closed on exec. No path may end in a symbolic link, except the root's.</summary>
internal static class OpenFlags
{
    private const int WriteOnly = 0x1;
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>Whether the processor is ARM or POWER, which have other numbers for two flags.</summary>
    private static readonly bool IsOwnNumbering =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le;

    private static readonly int IsFolder = IsOwnNumbering ? 0x4000 : 0x10000;

    /// <summary>Refuses a symbolic link at the end of the path. Part of all combinations except the root's.</summary>
    public static int NoFollow { get; } = IsOwnNumbering ? 0x8000 : 0x20000;

    /// <summary>Opens a file to read. The call does not block, because a pipe in a bucket would otherwise block the caller.</summary>
    public static int Read { get; } = NonBlocking | CloseOnExec | NoFollow;

    /// <summary>Opens a folder to read it, to flush it and to open its entries.</summary>
    public static int Folder { get; } = IsFolder | CloseOnExec | NoFollow;

    /// <summary>Opens the root. Its own path may lead through links, because the administrator has chosen it.</summary>
    public static int Root { get; } = IsFolder | CloseOnExec;

    /// <summary>Opens a new file to write.</summary>
    public static int New { get; } = WriteOnly | Create | Exclusive | CloseOnExec | NoFollow;

    /// <summary>Opens an existing file to hold locks on it.</summary>
    public static int Locks { get; } = ReadWrite | CloseOnExec | NoFollow;

    /// <summary>Opens a file to hold locks on it, and makes the file if it does not exist.</summary>
    public static int NewLocks { get; } = ReadWrite | Create | CloseOnExec | NoFollow;
}
