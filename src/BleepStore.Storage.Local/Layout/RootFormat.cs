using System.Security.Cryptography;
using System.Text;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// Stores the spelling of a root's keys in <c>.bleepstore/format</c>. So the root opens the same way on every system, and a copy of the
/// root on every disk. A root without the file has the spelling of a file system of Linux that does not ignore case.
/// </summary>
internal static class RootFormat
{
    private const string FileName = "format";
    private const string NewPrefix = "format.";
    private const string Path = LocalRoot.Internals + "/" + FileName;
    private const string Portable = "portable 1\n";
    private const string LinuxIgnoringCase = "linux-nocase 1\n";

    /// <summary>Reads the spelling of the root's keys, and writes the file into a new root.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> if this system cannot hold the root's names, or a later version has made the root.
    /// </exception>
    public static NameRules Settle(FileLayer layer, DiskFolder root, string path)
    {
        if (Read(root, path) is { } text)
        {
            return RulesOf(layer, path, text);
        }

        NameRules rules = layer.NeedsPortableNames ? NameRules.Portable : IgnoresCase(root) ? NameRules.LinuxIgnoringCase : NameRules.Linux;
        if (rules == NameRules.Linux)
        {
            return rules;
        }

        // The folder was made a moment ago, or by a start that was interrupted before this point.
        DiskError error = root.OpenFolder(LocalRoot.Internals, out DiskFolder internals);
        using (internals)
        {
            if (error == DiskError.NotFound)
            {
                // The folder could not be made, so the root cannot be written.
                return rules;
            }

            LocalErrors.CheckRoot(error, $"Opening the folder {LocalRoot.Internals}");
            if (FolderTree.Entries(internals).Exists(static entry => !IsFormat(entry.Name)))
            {
                // Another process may have written the file a moment ago.
                return Read(root, path) is { } written ? RulesOf(layer, path, written)
                    : rules == NameRules.Portable ? throw LocalErrors.NamesOfLinux(path) : rules;
            }

            Write(internals, rules);
        }

        return rules;
    }

    /// <summary>Writes the file again after a cleaner has deleted it.</summary>
    /// <param name="internals">The folder of the file.</param>
    /// <param name="rules">The spelling of the root's keys.</param>
    public static void Keep(DiskFolder internals, NameRules rules)
    {
        if (rules != NameRules.Linux && internals.Stat(FileName, out _) == DiskError.NotFound)
        {
            Write(internals, rules);
        }
    }

    private static NameRules RulesOf(FileLayer layer, string path, string text) => text switch
    {
        Portable => NameRules.Portable,
        LinuxIgnoringCase when layer.NeedsPortableNames => throw LocalErrors.NamesOfLinux(path),
        LinuxIgnoringCase => NameRules.LinuxIgnoringCase,
        _ => throw LocalErrors.UnknownFormat(path, text),
    };

    /// <summary>Whether a name is that of the file, or of a file that a start did not publish.</summary>
    private static bool IsFormat(string? name) =>
        name == FileName || name?.StartsWith(NewPrefix, StringComparison.Ordinal) == true;

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

    /// <summary>
    /// Writes the file in one step, under a name of its own before. Two processes that start at once must not publish each other's
    /// unfinished file. A root that cannot be written has no objects of this store.
    /// </summary>
    private static void Write(DiskFolder internals, NameRules rules)
    {
        string name = NewPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (internals.MakeFile(name, out DiskFile file) != DiskError.None)
        {
            return;
        }

        DiskError error;
        using (file)
        {
            error = file.Write(Encoding.UTF8.GetBytes(rules == NameRules.Portable ? Portable : LinuxIgnoringCase), 0);
            _ = file.Flush();
        }

        error = error == DiskError.None ? internals.Move(name, internals, FileName) : error;
        if (error != DiskError.None)
        {
            _ = internals.RemoveFile(name);
        }

        LocalErrors.CheckRoot(error, $"Writing {Path}");
        _ = internals.Flush();
    }
}
