namespace BleepStore.Storage.Local.IO;

/// <summary>
/// The properties that show a change to the bytes of an open file. The store never changes its files, but other programs can.
/// </summary>
/// <param name="Modified">When the bytes changed, in nanoseconds since 1970.</param>
/// <param name="Size">The size, in bytes.</param>
internal readonly record struct FileVersion(long Modified, long Size)
{
    public static FileVersion Of(in FileStatus status) => new(status.Modified, status.Size);

    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/> if the file has changed.</exception>
    public void RequireStill(DiskFile file)
    {
        LocalErrors.Check(file.Stat(out FileStatus status), "Reading the file's properties");
        if (Of(status) != this)
        {
            throw new StorageException(
                StorageErrorCode.PreconditionFailed,
                "Another program changed the file while it was read. Read it again when it is at rest.");
        }
    }
}
