using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Uploads;

/// <summary>The folder of an upload, held open: a record of what the object will be, and the parts.</summary>
internal sealed class UploadFolder(DiskFolder handle, string key, ObjectAttributes attributes, DateTimeOffset initiatedAt) : IDisposable
{
    public DiskFolder Handle => handle;

    public string Key => key;

    public ObjectAttributes Attributes => attributes;

    public DateTimeOffset InitiatedAt => initiatedAt;

    /// <summary>
    /// Puts the assembled object where it is published from. The caller holds the upload's lock, and this stays open until it is placed.
    /// </summary>
    public DiskError Stage(TempFile temp) => temp.Stage(handle, UploadFolders.PendingName);

    /// <summary>The parts with a higher number, ascending; at most so many.</summary>
    public List<PartInfo> ReadParts(int startAfter = 0, int most = int.MaxValue)
    {
        var entries = new List<FolderEntry>();
        DiskError error = handle.Reopen(out DiskFolder fresh);
        using (fresh)
        {
            error = error == DiskError.None ? fresh.ReadEntries(entries) : error;
            if (error == DiskError.NotFound)
            {
                // Completed or aborted, and deleted, since it was opened.
                throw LocalErrors.NoSuchUpload();
            }

            LocalErrors.Check(error, "Reading the upload");
        }

        var numbers = new List<int>(entries.Count);
        foreach (FolderEntry entry in entries)
        {
            if (PartFile.TryReadName(entry.Name, out int number) && number > startAfter)
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        var parts = new List<PartInfo>(Math.Min(numbers.Count, most));
        foreach (int number in numbers.Take(most))
        {
            PartInfo? part = PartFile.TryOpen(handle, number, out DiskFile file);
            file.Dispose();
            if (part is not null)
            {
                parts.Add(part);
            }
        }

        return parts;
    }

    public void Dispose() => handle.Dispose();
}
