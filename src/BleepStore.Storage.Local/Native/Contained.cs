using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Native;

/// <summary>
/// Opens paths below a folder that can lead nowhere else: no component is a symbolic link, whoever plants one and whenever. Paths are
/// relative, of any length, and have neither empty nor dot components.
/// </summary>
internal static class Contained
{
    private const nint OpenAt2Number = 437;
    private const ulong Beneath = 0x08;
    private const ulong NoSymlinks = 0x04;

    /// <summary>What one call takes, with room to spare: the system's limit is 4,096 bytes.</summary>
    private const int LongestPath = 4000;

    /// <summary>How often others can move what is being opened in a row.</summary>
    private const int MostMoves = 1000;

    private static volatile bool _isMissing;

    /// <summary>Opens a path.</summary>
    /// <param name="root">The folder to stay below.</param>
    /// <param name="path">Relative to it.</param>
    /// <param name="flags">One of <see cref="OpenFlags"/>.</param>
    /// <param name="stepwise">Whether to go folder by folder even where the system can do it in one call.</param>
    /// <param name="file">The descriptor of what was opened; -1 after an error.</param>
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

        // Old kernels do not know the call, and old container sandboxes answer EPERM to calls that they do not know.
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
        // Without NoFollow, which would answer ENOTDIR for a link where a folder is wanted; links are refused by the resolution.
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
    /// Whether the kernel found the path outside the root at the end. These paths cannot lead there, so another thread or process has moved
    /// the file or folder at that moment. Opened again, the path leads to what it names now.
    /// </summary>
    private static bool IsMoved(int error) => error is Errno.EXDEV or Errno.EAGAIN;

    /// <summary>A path that is too long for one call, in two or more.</summary>
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

    /// <summary>Every folder on the way is held open while the next is opened in it, and none may be a link.</summary>
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

        // A link where a folder is wanted answers ENOTDIR; openat2 says ELOOP, and so does this.
        return error == Errno.ENOTDIR && Posix.Stat(folder, name, out StatX found) == Errno.None && found.IsLink
            ? Errno.ELOOP
            : error;
    }
}
