namespace BleepStore.Storage.Local.IO;

/// <summary>A file that is held open. Thread-safe, because every read and write passes its offset.</summary>
/// <param name="handle">The system's handle.</param>
internal abstract class DiskFile(nint handle) : DiskHandle(handle)
{
    /// <summary>Reads bytes. Fewer bytes than requested are returned only at the end of the file.</summary>
    public abstract DiskError Read(Span<byte> buffer, long offset, out int count);

    /// <summary>
    /// Reads the bytes that are in memory, without waiting for the disk. <see cref="DiskError.WouldBlock"/> means that no bytes are in
    /// memory. Every other error means that the system cannot tell.
    /// </summary>
    public abstract DiskError ReadCached(Span<byte> buffer, long offset, out int count);

    /// <summary>Writes all bytes.</summary>
    public abstract DiskError Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>
    /// Asks the system to begin writing a range to the disk, so the later flush has less to write. The call is a hint. It promises nothing,
    /// and its failure loses nothing.
    /// </summary>
    public abstract void StartFlushing(long offset, long count);

    /// <summary>Makes the file empty.</summary>
    public abstract DiskError Truncate();

    /// <summary>
    /// Copies bytes to another file without a buffer of this process. The system may copy fewer bytes than requested. It copies 0 bytes at
    /// the end of this file.
    /// </summary>
    /// <param name="offset">The first byte. Advanced by the number of copied bytes.</param>
    /// <param name="to">The target.</param>
    /// <param name="toOffset">The offset in the target. Advanced by the number of copied bytes.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="copied">How many bytes were copied.</param>
    public abstract DiskError CopyTo(ref long offset, DiskFile to, ref long toOffset, long count, out long copied);

    /// <summary>Sets an attribute of the file. Returns <see cref="DiskError.NotSupported"/> if files have no attributes.</summary>
    public abstract DiskError SetAttribute(string name, ReadOnlySpan<byte> value);

    /// <summary>
    /// Reads an attribute. Returns <see cref="DiskError.NoAttribute"/> if the file does not have the attribute,
    /// <see cref="DiskError.BufferTooSmall"/> if the buffer is too small, and <see cref="DiskError.NotSupported"/> if files have no
    /// attributes.
    /// </summary>
    public abstract DiskError GetAttribute(string name, Span<byte> buffer, out int size);
}
