using System.Text;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Finds keys that would become one file, on a file system that ignores case or that takes two forms of a letter for one. The first key
/// gets the file. Thread-safe.
/// </summary>
/// <param name="ignoresCase">Whether the file system does.</param>
internal sealed class NameCollisions(bool ignoresCase)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _taken = new(StringComparer.Ordinal);

    public static NameCollisions In(string folder) => new(IgnoresCase(folder));

    /// <exception cref="IOException">Another key has the file.</exception>
    public void Check(string name)
    {
        if (!ignoresCase)
        {
            return;
        }

        string folded = name.Normalize(NormalizationForm.FormC).ToUpperInvariant();
        lock (_lock)
        {
            if (!_taken.TryAdd(folded, name) && _taken[folded] != name)
            {
                throw new IOException($"'{name}' and '{_taken[folded]}' are one file here, because the file system ignores case.");
            }
        }
    }

    /// <summary>Tries it out. A folder that is not there yet has the rules of the one above.</summary>
    private static bool IgnoresCase(string folder)
    {
        string? existing = folder;
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        if (existing is null)
        {
            return OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
        }

        string probe = $".bleepstore-{Guid.NewGuid():N}.tmp";
        try
        {
            using FileStream made = File.Create(Path.Combine(existing, probe), bufferSize: 1, FileOptions.DeleteOnClose);
            return File.Exists(Path.Combine(existing, probe.ToUpperInvariant()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing can be written there, as the downloads will say.
            return OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
        }
    }
}
