using System.CommandLine.Parsing;

namespace BleepStore.Samples.QuickStart;

/// <summary>The files to store.</summary>
internal static class SourceTree
{
    private const string Solution = "BleepStore.Storage.sln";

    /// <summary>Patterns of names that are not stored, which are build output and hidden files.</summary>
    public static IReadOnlyList<string> Excluded { get; } = ["**/bin/**", "**/obj/**", "**/.*", "**/.*/**"];

    /// <summary>
    /// The repository's own <c>src</c>, which is found upwards from the working folder, or from the folder of this program.
    /// </summary>
    public static DirectoryInfo FindDefault(ArgumentResult argument)
    {
        foreach (string start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, Solution)))
                {
                    return new DirectoryInfo(Path.Combine(folder.FullName, "src"));
                }
            }
        }

        argument.AddError($"There is no {Solution} in the working folder or above. Name the folder to store.");
        return new DirectoryInfo(".");
    }

    /// <summary>
    /// All files below a folder, without build output, hidden files and links. They are found without the library, so the check at the end
    /// does not rely on it.
    /// </summary>
    public static IEnumerable<FileInfo> Files(DirectoryInfo folder)
    {
        var options =
            new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        IEnumerable<FileInfo> below = folder.EnumerateDirectories("*", options)
            .Where(static child => child.Name is not ("bin" or "obj"))
            .SelectMany(Files);
        return folder.EnumerateFiles("*", options).Concat(below);
    }

    /// <summary>The key of a file, which is its path below the folder, with slashes on every system.</summary>
    public static string KeyOf(FileInfo file, DirectoryInfo folder) =>
        Path.GetRelativePath(folder.FullName, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
}
