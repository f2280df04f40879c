using System.Text.Json;

namespace BleepStore.Storage.Transfers;

/// <summary>Remembers, in a file, which multipart upload a file is being sent by. The file is locked while it is open.</summary>
internal sealed class UploadJournal : IDisposable
{
    private readonly FileStream _file;

    private UploadJournal(FileStream file) => _file = file;

    /// <summary>The upload that was begun before. <see langword="null"/> when there is none.</summary>
    public UploadIdentity? Left { get; private set; }

    /// <summary>Opens a journal, or makes it.</summary>
    /// <exception cref="IOException">
    /// Another upload with this journal is under way, the folder is missing, or the file is no journal.
    /// </exception>
    public static UploadJournal Open(string path)
    {
        FileStream file = JournalFile.Open(path);
        try
        {
            return new UploadJournal(file) { Left = Read(file) };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Notes that an upload was begun, and flushes the note to the disk.</summary>
    public void Begin(UploadIdentity identity)
    {
        // A note that a full disk has cut off is deleted with the journal.
        Left = null;
        _file.SetLength(0);
        _file.Position = 0;
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(identity, JournalJson.Default.UploadIdentity));
        _file.Flush(flushToDisk: true);
        Left = identity;
    }

    /// <summary>Forgets the upload, which has ended.</summary>
    public void Clear()
    {
        Left = null;
        _file.SetLength(0);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>Closes the journal. One that remembers no upload is deleted.</summary>
    public void Dispose()
    {
        if (Left is null)
        {
            JournalFile.Remove(_file);
        }

        _file.Dispose();
    }

    private static UploadIdentity? Read(FileStream file)
    {
        if (file.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(file, JournalJson.Default.UploadIdentity) is { UploadId.Length: > 0 } left
                ? left
                : throw NoJournal(file, cause: null);
        }
        catch (Exception damaged) when (damaged is JsonException or ArgumentException)
        {
            throw NoJournal(file, damaged);
        }
    }

    /// <summary>The file can be anything of the caller's, so it is not overwritten.</summary>
    private static IOException NoJournal(FileStream file, Exception? cause) =>
        new($"The file '{file.Name}' is not a journal of an upload. Use another file, or delete it.", cause);
}
