using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Native;

/// <summary>
/// Opens paths below a folder. The paths cannot lead out of the folder, because no component may be a symbolic link. That holds no matter
/// when a link is planted and by whom. Paths are relative, of any length, and have neither empty nor dot components.
/// </summary>
internal static class Contained
{
    private const nint OpenAt2Number = 437;
    private const ulong Beneath = 0x08;
    private const ulong NoSymlinks = 0x04;

    /// <summary>The longest path for one call. It leaves room below the system's limit of 4,096 bytes.</summary>
    private const int LongestPath = 4000;

    /// <summary>The most attempts in a row that others can disturb by moving the file or folder.</summary>
    private const int MostMoves = 1000;

    private static volatile bool _isMissing;

    /// <summary>Opens a path.</summary>
    /// <param name="root">The folder to stay below.</param>
    /// <param name="path">The path, relative to the folder.</param>
    /// <param name="flags">One of <see cref="OpenFlags"/>.</param>
    /// <param name="stepwise">Whether the path is opened folder by folder, even if the system can open it in one call.</param>
    /// <param name="file">The descriptor of the opened file. -1 after an error.</param>
    public static int Open(SafeHandle root, string path, int flags, bool stepwise, out nint file)
    {
        if (stepwise || _isMissing)
        {
            return OpenStepwise(root, path, flags, out file);
        }

        if (path.Length > LongestPath / 3 && Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            return OpenLong(root, path, flags, out file);
        }

        int error = OpenAtOnce(root, path, flags, out file);

        // Old kernels do not know the call. Old container sandboxes return EPERM for calls that they do not know.
        if (error is Errno.ENOSYS or Errno.EPERM)
        {
            int other = OpenStepwise(root, path, flags, out file);
            _isMissing |= error == Errno.ENOSYS || other != Errno.EPERM;
            return other;
        }

        return error;
    }

    private static int OpenAtOnce(SafeHandle root, string path, int flags, out nint file)
    {
        // NoFollow is left out, because it returns ENOTDIR for a link in the place of a folder. The resolution flags refuse links.
        var how = new Libc.OpenHow { Flags = (ulong)(flags & ~OpenFlags.NoFollow), Resolve = Beneath | NoSymlinks };
        int error;
        int moves = 0;
        do
        {
            error = Posix.Keep(Libc.OpenAt2(OpenAt2Number, root, path, in how, Unsafe.SizeOf<Libc.OpenHow>()), out file);
        }
        while (error == Errno.EINTR || (IsMoved(error) && ++moves < MostMoves));
        return error;
    }

    /// <summary>
    /// Whether the kernel found the end of the path outside the root. These paths cannot lead there, so another thread or process has moved
    /// the file or folder at that moment. The next attempt opens the file that the path names then.
    /// </summary>
    private static bool IsMoved(int error) => error is Errno.EXDEV or Errno.EAGAIN;

    /// <summary>Opens a path that is too long for one call in two or more calls.</summary>
    private static int OpenLong(SafeHandle root, string path, int flags, out nint file)
    {
        int cut = path.LastIndexOf('/', LongestPath / 3);
        int error = OpenAtOnce(root, path[..cut], OpenFlags.Folder, out nint opened);
        using (var folder = new SafeFileHandle(opened, ownsHandle: true))
        {
            if (error == Errno.None)
            {
                return Open(folder, path[(cut + 1)..], flags, stepwise: false, out file);
            }
        }

        file = -1;
        return error;
    }

    /// <summary>Opens a path folder by folder. Each folder is held open while the next is opened in it. No folder may be a link.</summary>
    private static int OpenStepwise(SafeHandle root, string path, int flags, out nint file)
    {
        SafeFileHandle? folder = null;
        try
        {
            int from = 0;
            while (path.IndexOf('/', from) is >= 0 and var slash)
            {
                int error = Step(folder ?? root, path[from..slash], OpenFlags.Folder, out nint next);
                folder?.Dispose();
                folder = new SafeFileHandle(next, ownsHandle: true);
                if (error != Errno.None)
                {
                    file = -1;
                    return error;
                }

                from = slash + 1;
            }

            return Step(folder ?? root, path[from..], flags, out file);
        }
        finally
        {
            folder?.Dispose();
        }
    }

    private static int Step(SafeHandle folder, string name, int flags, out nint file)
    {
        int error = Posix.Open(folder, name, flags, out file);

        // The call returns ENOTDIR for a link in the place of a folder. This method returns ELOOP, as openat2 does.
        return error == Errno.ENOTDIR && Posix.Stat(folder, name, out StatX found) == Errno.None && found.IsLink
            ? Errno.ELOOP
            : error;
    }
}
