using System.Globalization;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// An open file of an object, with its properties and its record. All of them come from one handle, so they belong together even if the
/// name changes.
/// </summary>
/// <param name="place">The place of the object.</param>
/// <param name="handle">The file. Closed with this.</param>
/// <param name="status">The properties of the file.</param>
/// <param name="record">The record, if the file has a record that fits.</param>
/// <param name="trust">How far the record is believed.</param>
internal sealed class ObjectFile(Place place, DiskFile handle, FileStatus status, ObjectRecord? record, RecordTrust trust) : IDisposable
{
    public Place Place => place;

    public DiskFile Handle => handle;

    public FileStatus Status => status;

    /// <summary>The record, whether it is believed or not.</summary>
    public ObjectRecord? Record => record;

    public RecordTrust Trust => trust;

    /// <summary>Whether the bytes must still prove the record. Until then the object shows neither its ETag nor its attributes.</summary>
    public bool IsInDoubt => trust == RecordTrust.InDoubt;

    /// <summary>The parts that the ETag was computed from, if they are known.</summary>
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
    /// Returns the revision. A write of the store has a random id. The inode tells the file from a copy that another tool made of bytes and
    /// attributes. So an object in doubt has the same revision in a listing and after its record is proved. A foreign file has only its
    /// inode and its times. The revision includes the time of the last change, because nobody can set that time back.
    /// </summary>
    private static string RevisionOf(in FileStatus status, ObjectRecord? record) => record is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{record.WriteId}.{status.Inode:x}")
        : string.Create(CultureInfo.InvariantCulture, $"{status.Inode:x}-{status.Changed:x}-{status.Modified:x}-{status.Size:x}");

    private static string ForeignETag(in FileStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{status.Inode:x}-{status.Modified:x}-{status.Size:x}");
}
