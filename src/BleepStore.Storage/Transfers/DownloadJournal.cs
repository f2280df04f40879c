using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BleepStore.Storage.Transfers;

/// <summary>
/// Remembers, in a file beside the target, which ranges of a download are on the disk. The first line identifies the object. Each further
/// line records a range that was flushed, and its MD5. The file is locked while it is open.
/// </summary>
internal sealed class DownloadJournal : IDisposable
{
    private const int StemBytes = 16;

    /// <summary>The largest journal, in bytes. One of 10,000 ranges is less than a twentieth of it.</summary>
    private const int LargestSize = 16 * 1024 * 1024;

    private readonly FileStream _file;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, string> _ranges = [];

    private DownloadJournal(FileStream file, string partPath)
    {
        _file = file;
        PartPath = partPath;
    }

    /// <summary>The file that gets the bytes.</summary>
    public string PartPath { get; }

    /// <summary>The object that the ranges are of. <see langword="null"/> when the journal is new.</summary>
    public DownloadIdentity? Identity { get; private set; }

    /// <summary>Opens the journal of a target, or makes it.</summary>
    /// <exception cref="IOException">Another download to the target is under way, or the journal is a link.</exception>
    public static DownloadJournal Open(string target) => Open(target, JournalFile.Open);

    /// <summary>Opens the journal of a target, or makes it.</summary>
    /// <param name="target">The target.</param>
    /// <param name="open">Opens the file of the journal. Tests open one that cannot be read.</param>
    internal static DownloadJournal Open(string target, Func<string, FileStream> open)
    {
        // The name of the target can have the maximum length, so the journal's name is made of its hash.
        string stem = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(target))).AsSpan(0, StemBytes));
        string path = Path.Combine(Path.GetDirectoryName(target)!, $".bleepstore-{stem}");
        if (new FileInfo(path + ".journal").LinkTarget is not null)
        {
            // In a folder that others may write to, a link can lead to any file of the user's.
            throw new IOException(
                $"The journal '{path}.journal' is a link. A download would write to the file that it points to. Delete the link.");
        }

        var journal = new DownloadJournal(open(path + ".journal"), path + ".part");
        try
        {
            journal.Load();
            return journal;
        }
        catch
        {
            // The journal could not be read. It stays, because a later call may read it.
            journal._file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the MD5 of a range at the time when it was flushed. <see langword="null"/> for a range that is not on the disk.
    /// </summary>
    /// <param name="at">The range's number, from 0.</param>
    public string? HashOf(int at) => _ranges.GetValueOrDefault(at);

    /// <summary>Forgets all ranges, and begins with another object.</summary>
    public void Begin(DownloadIdentity identity)
    {
        // A line that a full disk has cut off is deleted with the journal.
        Identity = null;
        _ranges.Clear();
        _file.SetLength(0);
        _file.Position = 0;
        Append(JsonSerializer.Serialize(identity, JournalJson.Default.DownloadIdentity));
        Identity = identity;
    }

    /// <summary>Notes that a range is on the disk. Thread-safe.</summary>
    /// <param name="at">The range's number, from 0.</param>
    /// <param name="md5">Its MD5, in hexadecimal digits.</param>
    public void Add(int at, string md5)
    {
        lock (_lock)
        {
            Append($"{at} {md5}");
        }
    }

    /// <summary>Forgets the download. It has succeeded, or must not be resumed.</summary>
    public void Clear() => Identity = null;

    /// <summary>Closes the journal. One that remembers no download is deleted.</summary>
    public void Dispose()
    {
        if (Identity is null)
        {
            JournalFile.Remove(_file);
        }

        _file.Dispose();
    }

    private void Load()
    {
        if (_file.Length > LargestSize)
        {
            // The line is damaged. The download starts again.
            return;
        }

        byte[] bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);

        // The last line can be cut off, because the process was killed while it wrote the line.
        int end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        _file.SetLength(end);
        string[] lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            return;
        }

        try
        {
            Identity = JsonSerializer.Deserialize(lines[0], JournalJson.Default.DownloadIdentity);
        }
        catch (JsonException)
        {
            // The line is damaged. The download starts again.
            return;
        }

        foreach (string line in lines[1..])
        {
            // A damaged line has no valid range, or an MD5 that does not match the range.
            if (line.Split(' ') is [var at, var md5] && int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                _ranges[number] = md5;
            }
        }
    }

    private void Append(string line) => _file.Write(Encoding.UTF8.GetBytes(line + '\n'));
}
