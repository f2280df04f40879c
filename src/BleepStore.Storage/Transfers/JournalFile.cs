namespace BleepStore.Storage.Transfers;

/// <summary>The file of a journal. While it is open, no other transfer opens it.</summary>
internal static class JournalFile
{
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
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
            });
        }
        catch (IOException locked) when (File.Exists(path))
        {
            throw new IOException(
                $"The journal '{path}' cannot be opened. Another transfer with this journal may be in progress. Wait until it has ended.",
                locked);
        }
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
