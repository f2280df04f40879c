using System.Globalization;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// An object's file, open, with what is known of it: all from one handle, so that it belongs together whatever happens to the name.
/// </summary>
/// <param name="place">Where it was found.</param>
/// <param name="handle">The file. Closed with this.</param>
/// <param name="status">What the system knows of the file.</param>
/// <param name="record">Its record, if it has one that fits.</param>
/// <param name="trust">How far the record is believed.</param>
internal sealed class ObjectFile(Place place, DiskFile handle, FileStatus status, ObjectRecord? record, RecordTrust trust) : IDisposable
{
    public Place Place => place;

    public DiskFile Handle => handle;

    public FileStatus Status => status;

    /// <summary>The record, whether it is believed or not.</summary>
    public ObjectRecord? Record => record;

    public RecordTrust Trust => trust;

    /// <summary>Whether the bytes have yet to prove the record. Until then the object shows neither its ETag nor its attributes.</summary>
    public bool IsInDoubt => trust == RecordTrust.InDoubt;

    /// <summary>The parts that the ETag was computed from, where they are known.</summary>
    public PartSizes? Parts => Believed?.Parts;

    public string? WriteToken => Believed?.WriteToken;

    public ObjectProperties Properties { get; } = trust == RecordTrust.InDoubt
        ? Describe(place.Key, status, record: null) with { Revision = RevisionOf(status, record) }
        : Describe(place.Key, status, trust == RecordTrust.Believed ? record : null);

    private ObjectRecord? Believed => trust == RecordTrust.Believed ? record : null;

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
    /// A write of ours is known by its random id; the inode tells it from a copy that another tool made of file and attributes. So a listing
    /// tells the revision of an object in doubt, and the object has the same one when it has proved its record. A foreign file has nothing but its inode and times. The time of the last change is among them because, unlike the others, nobody can set it
    /// back.
    /// </summary>
    private static string RevisionOf(in FileStatus status, ObjectRecord? record) => record is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{record.WriteId}.{status.Inode:x}")
        : string.Create(CultureInfo.InvariantCulture, $"{status.Inode:x}-{status.Changed:x}-{status.Modified:x}-{status.Size:x}");

    private static string ForeignETag(in FileStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{status.Inode:x}-{status.Modified:x}-{status.Size:x}");
}
