using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Uploads;

/// <summary>The folder of an upload, held open. It holds the parts, and a record with the properties of the future object.</summary>
internal sealed class UploadFolder(DiskFolder handle, string key, ObjectAttributes attributes, DateTimeOffset initiatedAt) : IDisposable
{
    public DiskFolder Handle => handle;

    public string Key => key;

    public ObjectAttributes Attributes => attributes;

    public DateTimeOffset InitiatedAt => initiatedAt;

    /// <summary>
    /// Moves the assembled object to the place from which it is published. The caller holds the upload's lock, and keeps this folder open
    /// until the object is in its place.
    /// </summary>
    public DiskError Stage(TempFile temp) => temp.Stage(handle, UploadFolders.PendingName);

    /// <summary>Returns the parts with a higher number, in ascending order and up to a maximum.</summary>
    public List<PartInfo> ReadParts(int startAfter = 0, int most = int.MaxValue)
    {
        var entries = new List<FolderEntry>();
        DiskError error = handle.Reopen(out DiskFolder fresh);
        using (fresh)
        {
            error = error == DiskError.None ? fresh.ReadEntries(entries) : error;
            if (error == DiskError.NotFound)
            {
                // The upload was completed or aborted, and deleted, after it was opened.
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
