namespace BleepStore.Storage.Local.IO;

/// <summary>
/// By what it shows that the bytes of an open file have changed. Files of ours never change, but other programs can change them.
/// </summary>
/// <param name="Modified">When the bytes changed, in nanoseconds since 1970.</param>
/// <param name="Size">The size, in bytes.</param>
internal readonly record struct FileVersion(long Modified, long Size)
{
    public static FileVersion Of(in FileStatus status) => new(status.Modified, status.Size);

    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/>: the file has changed.</exception>
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
