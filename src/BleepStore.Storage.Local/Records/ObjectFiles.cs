using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Records;

/// <summary>Opens objects for reading.</summary>
/// <param name="root">The store's root.</param>
/// <param name="records">Reads records.</param>
/// <param name="verdicts">The results of proofs that could not be written to the disk.</param>
internal sealed class ObjectFiles(LocalRoot root, RecordReader records, Verdicts verdicts)
{
    /// <summary>How often a file without a record is opened again because its name led to another file.</summary>
    private const int MostAttempts = 100;

    /// <summary>Opens an object that must exist.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchKey"/> or
    /// <see cref="StorageErrorCode.NoSuchBucket"/>.</exception>
    public ObjectFile Open(Place place)
    {
        if (TryOpen(place) is { } found)
        {
            return found;
        }

        root.RequireBucket(place.Bucket);
        root.RequireItself();
        throw LocalErrors.NoSuchKey();
    }

    /// <summary>Opens an object.</summary>
    /// <returns>The object, or <see langword="null"/> if the object or its bucket does not exist.</returns>
    public ObjectFile? TryOpen(Place place) => TryOpen(place, leavesOutOthers: false);

    /// <summary>Opens an object for a listing, which leaves out links, pipes and devices.</summary>
    /// <returns>The object, or <see langword="null"/> if it does not exist.</returns>
    public ObjectFile? TryOpenListed(Place place) => TryOpen(place, leavesOutOthers: true);

    private ObjectFile? TryOpen(Place place, bool leavesOutOthers)
    {
        ObjectFile? found = TryOpenNamed(place, leavesOutOthers);
        if (found is null && root.IsPortable)
        {
            // The object may be becoming a folder at this moment. If it is not under that name either, it has arrived in its folder, or it
            // does not exist.
            found = TryOpen(place, $"{place.MovingPath}/{LocalNames.Self}", leavesOutOthers, out _) ?? TryOpenNamed(place, leavesOutOthers);
        }

        return found;
    }

    private ObjectFile? TryOpenNamed(Place place, bool leavesOutOthers)
    {
        ObjectFile? found = TryOpen(place, place.Path, leavesOutOthers, out bool isFolder);
        return isFolder ? TryOpen(place, place.SelfPath, leavesOutOthers, out _) : found;
    }

    private ObjectFile? TryOpen(Place place, string path, bool leavesOutOthers, out bool isFolder)
    {
        for (int attempt = 1; ; attempt++)
        {
            DiskError error = root.OpenFile(path, out DiskFile handle);
            if (error == DiskError.HeldOpen && leavesOutOthers)
            {
                // A listing needs no bytes, so a program that holds one file does not end the listing of its bucket.
                error = root.OpenToLook(path, out handle);
            }

            isFolder = false;
            switch (error)
            {
                case DiskError.None:
                    ObjectFile? found = Read(place, path, handle, leavesOutOthers, out isFolder, out bool isGone);
                    if (!isGone)
                    {
                        return found;
                    }

                    if (attempt == MostAttempts)
                    {
                        throw new StorageException(
                            StorageErrorCode.OperationAborted,
                            "The file was replaced at every look, or its file system numbers files anew at every look. Try again, or put " +
                            "the object by this library.");
                    }

                    break;
                case DiskError.NotFound or DiskError.NotAFolder:
                case DiskError.NameTooLong when path != place.Path:
                    return null;
                case DiskError.NotAFile or DiskError.IsALink when leavesOutOthers:
                    return null;
                case DiskError.NotAFile:
                    throw LocalErrors.NotAFile();
                default:
                    throw LocalErrors.From(error, "Opening the object");
            }
        }
    }

    private ObjectFile? Read(Place place, string path, DiskFile opened, bool leavesOutOthers, out bool isFolder, out bool isGone)
    {
        isGone = false;
        DiskFile? handle = opened;
        try
        {
            LocalErrors.Check(handle.Stat(out FileStatus status), "Reading the object's properties");
            isFolder = status.IsFolder;
            if (status.IsFile)
            {
                ObjectRecord? record = records.Read(place, handle, status, out RecordTrust trust);
                if (record is null && !IsStillAt(path, status))
                {
                    // The file was replaced or deleted after it was opened, and its record with it. So it is not a foreign file.
                    isGone = true;
                    return null;
                }

                if (trust != RecordTrust.None && verdicts.Find(status) is { } holds)
                {
                    trust = holds ? RecordTrust.Believed : RecordTrust.Refuted;
                }

                var found = new ObjectFile(place, handle, status, record, trust);
                handle = null;
                return found;
            }

            return isFolder || leavesOutOthers ? null : throw LocalErrors.NotAFile();
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>
    /// Whether a path still leads to a file. The file's own properties do not tell, because a file that lost this name can have another.
    /// </summary>
    private bool IsStillAt(string path, in FileStatus status)
    {
        DiskError error = root.OpenToLook(path, out DiskFile now);
        using (now)
        {
            FileStatus named = default;
            error = error == DiskError.None ? now.Stat(out named) : error;
            return error == DiskError.None ? named.IsSameFile(status) : error is not (DiskError.NotFound or DiskError.NotAFolder);
        }
    }
}
