using System.Globalization;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// An object's file, open, with what is known of it: all from one handle, so that it belongs together whatever happens to the name.
/// </summary>
internal sealed class ObjectFile(Place place, SafeFileHandle handle, FileStatus status, ObjectRecord? record) : IDisposable
{
    public SafeFileHandle Handle => handle;

    public FileStatus Status => status;

    public string? WriteToken => record?.WriteToken;

    public ObjectProperties Properties { get; } = Describe(place.Key, status, record);

    public static ObjectProperties Describe(string key, in FileStatus status, ObjectRecord? record) =>
        new(record?.Attributes ?? new ObjectAttributes())
        {
            Key = key,
            Size = status.Size,
            ETag = record?.ETag ?? ForeignETag(status),
            Revision = RevisionOf(status, record),
            LastModified = status.LastModified,
        };

    public void Dispose() => handle.Dispose();

    /// <summary>
    /// A write of ours is known by its random id; the inode tells it from a copy that another tool made of file and attributes. A foreign
    /// file has nothing but its inode and times. The time of the last change is among them because, unlike the others, nobody can set it
    /// back.
    /// </summary>
    private static string RevisionOf(in FileStatus status, ObjectRecord? record) => record is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{record.WriteId}.{status.Inode:x}")
        : string.Create(CultureInfo.InvariantCulture, $"{status.Inode:x}-{status.Changed:x}-{status.Modified:x}-{status.Size:x}");

    private static string ForeignETag(in FileStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{status.Inode:x}-{status.Modified:x}-{status.Size:x}");
}
