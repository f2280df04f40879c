using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Finds keys that would become the same file, on a file system that ignores case or that treats two forms of a letter as the same. The
/// first key gets the file. Thread-safe.
/// </summary>
/// <param name="ignoresCase">Returns whether the file system does. It is called before the first file is written.</param>
internal sealed class NameCollisions(Func<bool> ignoresCase)
{
    private readonly Lazy<bool> _ignoresCase = new(ignoresCase);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _taken = new(StringComparer.Ordinal);

    /// <summary>Whether two names can be one file.</summary>
    public bool ArePossible => _ignoresCase.Value;

    public static NameCollisions In(string folder) => new(() => IgnoresCase(folder));

    /// <exception cref="IOException">Another key has the file.</exception>
    public void Check(string name)
    {
        if (!ArePossible)
        {
            return;
        }

        string folded = name.Normalize(NormalizationForm.FormC).ToUpperInvariant();
        lock (_lock)
        {
            if (!_taken.TryAdd(folded, name) && _taken[folded] != name)
            {
                throw new IOException(
                    $"'{Visible.Text(name)}' and '{Visible.Text(_taken[folded])}' are the same file here, because the file system ignores "
                    + "case.");
            }
        }
    }

    /// <summary>Tries it out, with a file that is removed at once.</summary>
    private static bool IgnoresCase(string folder)
    {
        string probe = $".bleepstore-{Guid.NewGuid():N}.tmp";
        try
        {
            using FileStream made = File.Create(Path.Combine(folder, probe), bufferSize: 1, FileOptions.DeleteOnClose);
            return File.Exists(Path.Combine(folder, probe.ToUpperInvariant()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder is not writable, which the downloads will report.
            return OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
        }
    }
}
