using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Makes paths of names. Whatever a key says, its path stays below the folder, and it is the path of that key alone. The rules of Windows
/// are on the page "Naming Files, Paths, and Namespaces" of its documentation.
/// </summary>
internal static class FileNames
{
    private static readonly SearchValues<char> ForbiddenOnWindows = SearchValues.Create("<>:\"\\|?*");

    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    private static readonly string[] NumberedDevices = ["COM", "LPT"];

    /// <summary>Cuts a name into the folders and the file.</summary>
    /// <param name="name">The name, with <c>/</c>.</param>
    /// <param name="isPortable">Whether the rules of Windows also apply.</param>
    /// <param name="segments">The folders, and the file at the end.</param>
    /// <param name="problem">The reason why the name cannot be that of a file.</param>
    public static bool TrySplit(
        string name, bool isPortable, [NotNullWhen(true)] out string[]? segments, [NotNullWhen(false)] out string? problem)
    {
        segments = name.Split('/');
        problem = segments.Select(segment => ProblemOf(segment, isPortable)).FirstOrDefault(static found => found is not null);
        if (problem is null)
        {
            return true;
        }

        segments = null;
        return false;
    }

    private static string? ProblemOf(string segment, bool isPortable)
    {
        if (segment.Length == 0)
        {
            return "it begins or ends with '/', or has two of them in a row";
        }

        if (segment is "." or "..")
        {
            return $"'{segment}' would lead to another folder";
        }

        if (segment.Contains('\0', StringComparison.Ordinal))
        {
            return "it has a NUL";
        }

        return isPortable ? WindowsProblemOf(segment) : null;
    }

    private static string? WindowsProblemOf(string segment)
    {
        if (segment.AsSpan().IndexOfAny(ForbiddenOnWindows) is >= 0 and var at)
        {
            return $"Windows allows no '{segment[at]}' in a name";
        }

        if (segment.AsSpan().IndexOfAnyInRange('\u0001', '\u001F') >= 0)
        {
            return "Windows allows no control characters in a name";
        }

        if (segment[^1] is '.' or ' ')
        {
            return "Windows takes dots and spaces off the end of a name";
        }

        string stem = segment.Split('.')[0].TrimEnd(' ');
        return IsDevice(stem) ? $"'{stem}' is a device on Windows" : null;
    }

    private static bool IsDevice(string stem) =>
        Devices.Contains(stem, StringComparer.OrdinalIgnoreCase)
        || (stem.Length == 4
            && NumberedDevices.Contains(stem[..3], StringComparer.OrdinalIgnoreCase)
            && stem[3] is (>= '0' and <= '9') or '¹' or '²' or '³');
}
