namespace BleepStore.Storage.Local.IO;

/// <summary>A file that is held open. Thread-safe: every read and write says where it is.</summary>
/// <param name="handle">The system's handle.</param>
internal abstract class DiskFile(nint handle) : DiskHandle(handle)
{
    /// <summary>Reads bytes; fewer than asked at the file's end only.</summary>
    public abstract DiskError Read(Span<byte> buffer, long offset, out int count);

    /// <summary>
    /// Reads the bytes that are in memory, without waiting for the disk. <see cref="DiskError.WouldBlock"/> means that none are. Every
    /// other error means that the system cannot tell.
    /// </summary>
    public abstract DiskError ReadCached(Span<byte> buffer, long offset, out int count);

    /// <summary>Writes all bytes.</summary>
    public abstract DiskError Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>
    /// Asks the system to begin writing a range to the disk, so less is left when the file is flushed. A hint: it promises nothing, and a
    /// failure loses nothing.
    /// </summary>
    public abstract void StartFlushing(long offset, long count);

    /// <summary>Makes the file empty.</summary>
    public abstract DiskError Truncate();

    /// <summary>
    /// Copies bytes to another file without a buffer of this process. It copies fewer than asked at its own choice, and 0 at the end of
    /// this file.
    /// </summary>
    /// <param name="offset">The first byte. Advanced by what was copied.</param>
    /// <param name="to">The target.</param>
    /// <param name="toOffset">Where the bytes go. Advanced by what was copied.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="copied">How many bytes were copied.</param>
    public abstract DiskError CopyTo(ref long offset, DiskFile to, ref long toOffset, long count, out long copied);

    /// <summary>Keeps an attribute with the file. <see cref="DiskError.NotSupported"/> where files have none.</summary>
    public abstract DiskError SetAttribute(string name, ReadOnlySpan<byte> value);

    /// <summary>
    /// Reads an attribute. <see cref="DiskError.NoAttribute"/> when the file does not have it, <see cref="DiskError.BufferTooSmall"/> when
    /// the buffer is too small, <see cref="DiskError.NotSupported"/> where files have none.
    /// </summary>
    public abstract DiskError GetAttribute(string name, Span<byte> buffer, out int size);

    /// <summary>
    /// Locks one byte of a lock file for this open file, against all other open files on it, of this process too. Does not wait:
    /// <see cref="DiskError.WouldBlock"/> when the byte is locked. The system releases the lock when the process dies.
    /// </summary>
    public abstract DiskError TryLock(long at);

    public abstract DiskError Unlock(long at);
}
