namespace BleepStore.Storage.Transfers;

/// <summary>The file of a journal. While it is open, no other transfer opens it.</summary>
internal static class JournalFile
{
    /// <summary>How often a journal is opened again. Some file systems give a file another number at each look.</summary>
    private const int MostAttempts = 100;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="IOException">Another transfer has it open, the folder is missing, or the path names a device.</exception>
    public static FileStream Open(string path)
    {
        if (SpecialFiles.Is(path))
        {
            throw new IOException($"'{path}' is a device, a pipe or a socket, which stores nothing. Use a file for the journal.");
        }

        try
        {
            for (int attempt = 1; ; attempt++)
            {
                FileStream file = Lock(path);
                if (attempt == MostAttempts || IsAt(path, file))
                {
                    return file;
                }

                // Another transfer has deleted the journal between the opening and the lock. A third one can have made another journal.
                file.Dispose();
            }
        }
        catch (IOException locked) when (File.Exists(path))
        {
            throw new IOException(
                $"The journal '{path}' cannot be opened. Another transfer with this journal may be in progress. Wait until it has ended.",
                locked);
        }
    }

    private static FileStream Lock(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        BufferSize = 0,
    });

    /// <summary>Whether the path still names an open file. Only Linux tells. A path that leads nowhere names no file.</summary>
    private static bool IsAt(string path, FileStream file)
    {
        if (!OperatingSystem.IsLinux()
            || FileStatus.Of($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", followsLink: true) is not { } open)
        {
            return true;
        }

        return FileStatus.Of(path, followsLink: true) is { } now && (now.Number, now.Device) == (open.Number, open.Device);
    }

    /// <summary>Closes the file and deletes it.</summary>
    public static void Remove(FileStream file)
    {
        // Where the system allows it, the lock is released last, so no other transfer starts with this journal.
        if (OperatingSystem.IsWindows())
        {
            file.Dispose();
            TemporaryFiles.TryDelete(file.Name);
        }
        else
        {
            TemporaryFiles.TryDelete(file.Name);
            file.Dispose();
        }
    }
}
