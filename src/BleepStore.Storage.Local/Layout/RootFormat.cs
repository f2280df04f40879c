using System.Text;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// Stores the spelling of a root's keys in <c>.bleepstore/format</c>. So the root opens the same way on every system. A root without the
/// file was made on Linux.
/// </summary>
internal static class RootFormat
{
    private const string FileName = "format";
    private const string NewName = "format.new";
    private const string Path = LocalRoot.Internals + "/" + FileName;
    private const string Portable = "portable 1\n";

    /// <summary>Reads the spelling of the root's keys, and writes the file into a new root.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> if this system cannot hold the root's names, or a later version has made the root.
    /// </exception>
    public static NameRules Settle(FileLayer layer, DiskFolder root, string path)
    {
        if (Read(root, path) is { } text)
        {
            return text == Portable ? NameRules.Portable : throw LocalErrors.UnknownFormat(path, text);
        }

        if (!layer.NeedsPortableNames)
        {
            return IgnoresCase(root) ? NameRules.LinuxIgnoringCase : NameRules.Linux;
        }

        // The folder was made a moment ago, or by a start that was interrupted before this point.
        DiskError error = root.OpenFolder(LocalRoot.Internals, out DiskFolder internals);
        using (internals)
        {
            if (error == DiskError.NotFound)
            {
                // The folder could not be made, so the root cannot be written.
                return NameRules.Portable;
            }

            LocalErrors.CheckRoot(error, $"Opening the folder {LocalRoot.Internals}");
            if (FolderTree.Entries(internals).Exists(static entry => entry.Name is not (FileName or NewName)))
            {
                // Another process may have written the file a moment ago.
                return Read(root, path) == Portable ? NameRules.Portable : throw LocalErrors.NamesOfLinux(path);
            }

            Write(internals);
        }

        return NameRules.Portable;
    }

    /// <summary>Writes the file again after a cleaner has deleted it.</summary>
    /// <param name="internals">The folder of the file.</param>
    public static void Keep(DiskFolder internals)
    {
        if (internals.Stat(FileName, out _) == DiskError.NotFound)
        {
            Write(internals);
        }
    }

    private static bool IgnoresCase(DiskFolder root) => root.Stat(LocalRoot.Internals.ToUpperInvariant(), out _) == DiskError.None;

    private static string? Read(DiskFolder root, string path)
    {
        DiskError error = root.OpenFileBelow(Path, out DiskFile file);
        using (file)
        {
            if (error is DiskError.NotFound or DiskError.NotAFolder)
            {
                return null;
            }

            LocalErrors.CheckRoot(error, $"Opening {Path} in the root folder '{path}'");
            byte[] bytes = new byte[256];
            LocalErrors.CheckRoot(file.Read(bytes, 0, out int count), $"Reading {Path} in the root folder '{path}'");
            return Encoding.UTF8.GetString(bytes, 0, count);
        }
    }

    /// <summary>Writes the file in one step. A root that cannot be written has no objects of this store.</summary>
    private static void Write(DiskFolder internals)
    {
        _ = internals.RemoveFile(NewName);
        if (internals.MakeFile(NewName, out DiskFile file) == DiskError.None)
        {
            using (file)
            {
                LocalErrors.CheckRoot(file.Write(Encoding.UTF8.GetBytes(Portable), 0), $"Writing {Path}");
                _ = file.Flush();
            }

            DiskError error = internals.Move(NewName, internals, FileName);
            LocalErrors.CheckRoot(error == DiskError.NotFound ? DiskError.None : error, $"Writing {Path}");
            _ = internals.Flush();
        }
    }
}
